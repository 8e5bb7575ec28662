#!/bin/sh
# Make constraints.txt and deploy/pins-*.txt anew from pyproject.toml: every extra, the development tools, a hash for every file of a release.
#
# Without an argument, pins that still fit stay; --upgrade takes newer releases.
# Afterwards: is there a wheel of everything for both processors and every supported Python? Nobody should need a compiler.
set -eu

pythons="3.11 3.12 3.13"
machines="x86_64 aarch64"
resolver=uv==0.13.9
tool=.make/pins

# The pins must not depend on what this machine's settings add to the ordinary package index.
unset PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_CONSTRAINT PIP_NO_INDEX
unset UV_INDEX UV_DEFAULT_INDEX UV_INDEX_URL UV_EXTRA_INDEX_URL UV_FIND_LINKS UV_CONSTRAINT UV_NO_INDEX
export PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1

[ -x "$tool/bin/uv" ] || { ${PYTHON:-python3} -m venv "$tool" && "$tool/bin/pip" install --quiet "$resolver"; }

"$tool/bin/uv" pip compile --quiet --no-config --universal --python-version "${pythons%% *}" --all-extras --group dev \
    --generate-hashes --no-header --no-emit-index-url --no-emit-find-links "$@" --output-file constraints.txt pyproject.toml

# What a station or a hub installs of these, and nothing else: deploy/install.sh takes it.
# The hub's has the driver of PostgreSQL in it, and what an identity provider needs: hub.toml says which of them a hub uses, and that may change.
for part in station hub; do
    extras="--extra $part"
    [ "$part" = station ] || extras="$extras --extra postgres --extra oidc"
    "$tool/bin/uv" pip compile --quiet --no-config --universal --python-version "${pythons%% *}" $extras --constraint constraints.txt \
        --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file "deploy/pins-$part.txt" pyproject.toml
done

for python in $pythons; do
    for machine in $machines; do
        echo "wheels for Python $python on $machine ..."
        "$tool/bin/pip" install --quiet --dry-run --ignore-installed --no-deps --require-hashes --only-binary :all: \
            --implementation cp --python-version "$python" --platform "manylinux2014_$machine" --platform "manylinux_2_17_$machine" \
            --platform "manylinux_2_28_$machine" --target "$tool/nowhere" -r constraints.txt
    done
done
