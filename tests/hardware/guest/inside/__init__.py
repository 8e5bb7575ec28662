"""What runs in the guest: ``hand`` answers, ``gadgets`` are the scanners, ``programs`` runs the station, ``around`` does the rest."""
