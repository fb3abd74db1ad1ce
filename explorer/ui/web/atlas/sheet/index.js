// Keeps the sheets of tiles in the window.

export default function ({ data }) {
  const sheets = (globalThis.realnvpSheets ??= new Map());
  if (sheets.has(data.name)) return;
  const image = new Image();
  image.src = data.sheet;
  sheets.set(data.name, image);
  if (sheets.size > 4) sheets.delete(sheets.keys().next().value);
}
