// Draws the charts of the reports from the figures of their tables.
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 4]];
const HEIGHT = 240;
const drawn = [];

function colour(name) {
  return getComputedStyle(document.querySelector("main")).getPropertyValue(name).trim();
}

function lines(place) {
  return { stroke: colour(`--line-${(place % DASHES.length) + 1}`), width: 2, dash: DASHES[place % DASHES.length] };
}

function draw(chart) {
  const { form, labels, series, unit } = JSON.parse(chart.dataset.chart);
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1 } };
  const bars = form === "bars";
  const options = {
    width: chart.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    select: { show: false },
    scales: { x: { time: false, range: (plot, low, high) => [low - 0.5, high + 0.5] }, y: { range: (plot, low, high) => [0, Math.max(high, 1) * 1.08] } },
    axes: [
      { ...axis, values: (plot, places) => places.map((place) => (Number.isInteger(place) ? labels[place] ?? "" : "")), space: 96 },
      { ...axis, label: unit, labelSize: 22, size: 60 },
    ],
    series: [
      {},
      ...series.map((each, place) => ({
        label: each.name,
        points: { show: !bars && labels.length < 40, size: 6 },
        ...lines(place),
        ...(bars ? { fill: colour("--accent"), paths: uPlot.paths.bars({ size: [0.7, 60] }) } : {}),
      })),
    ],
  };
  const plot = new uPlot(options, [labels.map((_, place) => place), ...series.map((each) => each.values)], chart);
  drawn.push({ chart, plot });
  legend(chart.nextElementSibling, series, bars);
}

function legend(list, series, bars) {
  list.replaceChildren(...series.map((each, place) => {
    const row = document.createElement("li");
    const sign = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    const { stroke, dash } = lines(place);
    const set = (what, values) => { for (const [name, value] of Object.entries(values)) what.setAttribute(name, value); };
    set(sign, { width: 34, height: 10 });
    set(line, { x1: 1, x2: 33, y1: 5, y2: 5, stroke, "stroke-width": bars ? 8 : 2, "stroke-dasharray": dash.join(" ") });
    sign.append(line);
    const name = document.createElement("bdi");
    name.textContent = each.name;
    row.append(sign, name);
    return row;
  }));
}

function drawAll() {
  for (const { plot } of drawn.splice(0)) plot.destroy();
  document.querySelectorAll(".chart").forEach(draw);
}

drawAll();
addEventListener("resize", () => { for (const { chart, plot } of drawn) plot.setSize({ width: chart.clientWidth, height: HEIGHT }); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
