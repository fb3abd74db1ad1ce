// What a page counts for browser.py.

// When a picture was drawn that the server made for its place.
window.drawn = [];
const draw = CanvasRenderingContext2D.prototype.drawImage;
CanvasRenderingContext2D.prototype.drawImage = function (...given) {
  if (given[0] instanceof ImageBitmap) window.drawn.push(performance.now());  // no preview
  return draw.apply(this, given);
};

// The clock of the page starts with the key and stops when the new picture has been painted: it is
// put in its place decoded, and after the frame that follows it has been handed over, which a second
// callback can tell. Looking at every frame instead would make the browser draw frames to look at.
window.watch = (row) => {
  window.painted = new Promise((done) => {
    addEventListener("keydown", () => {
      const start = performance.now();
      const observer = new MutationObserver((changes) => {
        const added = changes.flatMap((change) => [...change.addedNodes]);
        if (!added.some((node) => node.localName === "img")) return;
        observer.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
      });
      observer.observe(row, { childList: true, subtree: true });
    }, { capture: true, once: true });
  });
};

window.requests = () => performance.getEntriesByType("resource")
  .filter((one) => one.name.includes("/pad/")).map((one) => one.duration);

// How many pictures are put into a row from now on.
window.countPlaced = (row) => {
  window.placed = 0;
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    window.placed += added.filter((node) => node.localName === "img").length;
  }).observe(row, { childList: true, subtree: true });
};

// Where the thumb of a slider is.
window.thumbOf = (input) => {
  const box = input.parentElement.parentElement.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
};
