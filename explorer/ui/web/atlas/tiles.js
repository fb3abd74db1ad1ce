// Pictures of a large map: those in sight are asked for when it rests, a sheet at a time.

export const MOST = 300;    // pictures of one sheet, and in sight where they are shown
const KEPT = 40;            // sheets
const REST = 250;           // milliseconds without a move

export class Tiles {
  /** the latest sheets @type {{ name: string, image: HTMLImageElement, rows: number[] }[]} */
  sheets = [];
  /** by row, its sheet and its place there @type {Map<number, [HTMLImageElement, number]>} */
  places = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  resting;
  asked = "";

  /** @param {() => void} arrived */
  constructor(arrived) { this.arrived = arrived; }

  clear() { this.sheets = []; this.places.clear(); this.asked = ""; }

  /** @param {{ name: string, source: string, rows: number[] } | null} sheet */
  take(sheet) {
    if (!sheet || this.sheets.some(({ name }) => name === sheet.name)) return;
    const image = new Image();
    image.onload = () => {
      sheet.rows.forEach((row, place) => this.places.set(row, [image, place]));
      this.arrived();
    };
    image.src = sheet.source;
    this.sheets.push({ name: sheet.name, image, rows: sheet.rows });
    if (this.sheets.length > KEPT) {
      const old = this.sheets.shift();
      for (const row of old?.rows ?? []) {
        if (this.places.get(row)?.[0] === old?.image) this.places.delete(row);
      }
    }
  }

  /** @param {number} row */
  at(row) { return this.places.get(row); }

  /**
   * Ask for what is in sight and not here, once the map rests.
   * @param {number[]} rows
   * @param {(rows: number[]) => void} ask
   */
  want(rows, ask) {
    clearTimeout(this.resting);
    const missing = rows.filter((row) => !this.places.has(row));
    const name = missing.join();
    if (!missing.length || name === this.asked) return;
    this.resting = setTimeout(() => { this.asked = name; ask(missing); }, REST);
  }
}
