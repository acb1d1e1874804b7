// colors.js: colours and marks of lines that stay apart without colour vision, on white and on black.
import {isNumber} from "./text.js";

export const INK = "var(--ink)";
export const FAINT = "var(--faint)";
export const SYMBOLS = ["circle", "square", "triangle", "diamond", "star", "wye", "cross"];

/// A place from 0 to 1 along viridis, without its ends that vanish into the ground.
export function along(place) {
  return `light-dark(${d3.interpolateViridis(0.62 * place)}, ${d3.interpolateViridis(0.4 + 0.6 * place)})`;
}

/// A colour for each label: the baseline in the colour of text, numbers along viridis by their logarithm, others one after another.
export function rowColors(labels, baseline = null) {
  const others = [...new Set(labels)].filter((label) => label !== baseline);
  const sizes = others.filter(isNumber).map((label) => Math.log(Math.max(Number(label), 1e-12)));
  const [least, most] = d3.extent(sizes);
  const span = most > least ? most - least : 1;
  const plain = others.filter((label) => !isNumber(label));
  const colors = new Map([[baseline, INK]]);
  for (const label of others) {
    const place = isNumber(label) ? 1 - (Math.log(Math.max(Number(label), 1e-12)) - least) / span : plain.indexOf(label) / Math.max(1, plain.length - 1);
    colors.set(label, along(plain.length === 1 && !isNumber(label) ? 0.3 : place));
  }
  return colors;
}

export const symbolOf = (labels, label) => SYMBOLS[[...new Set(labels)].indexOf(label) % SYMBOLS.length];
