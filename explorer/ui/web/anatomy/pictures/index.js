// Takes the pictures of the steps into the store.

import { store } from "../steps.js";

const load = (url) => {
  const image = new Image();
  image.src = url;
  return image;
};

export default function ({ data: bytes }) {
  const data = JSON.parse(new TextDecoder().decode(bytes));
  if (!store.has(data.name)) {
    store.set(data.name, { ...data, images: data.pictures.map(load) });
    while (store.size > 2) store.delete(store.keys().next().value);
  }
  window.dispatchEvent(new Event("realnvp-steps"));
}
