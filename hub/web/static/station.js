// What a station makes of its settings, as it says so. What somebody is writing is left alone.
import { align, copyOf, fill, follow, showTimes } from "./picture.js";

const report = document.getElementById("report");

function onPicture(shown) {
  report.dataset.status = shown.status;
  fill(report, shown);
  report.querySelector(".why").hidden = !shown.why;
  report.querySelector(".away").hidden = !shown.away;
  report.querySelector(".none").hidden = shown.scanners.length > 0;
  const scanners = align(report.querySelector(".scanners"), shown.scanners.map((each, place) => `${place}`), () => copyOf("scanner"));
  shown.scanners.forEach((each, place) => {
    scanners[place].className = each.there ? "there" : "gone";
    fill(scanners[place], each);
  });
}

follow(document.querySelector("main").dataset.live, {
  picture: onPicture,
  lost: (away) => { document.getElementById("lost").hidden = !away; },
});
showTimes();
setInterval(showTimes, 5000);
