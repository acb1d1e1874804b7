// save.js: a figure as an SVG or PNG file of its own, and its numbers as CSV.
import {drawn} from "./text.js";

function offer(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export const saveText = (text, name) => offer(new Blob([text], {type: "text/csv"}), name);

const STYLED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "fill-opacity", "opacity", "font-family", "font-size", "font-weight",
                "text-anchor", "visibility"];

/// A copy that looks the same without this page's style sheet.
function standing(svg) {
  const copy = svg.cloneNode(true);
  const pairs = [[svg, copy]];
  while (pairs.length) {
    const [from, to] = pairs.pop();
    if (from.nodeType !== Node.ELEMENT_NODE || from.tagName === "style") continue;
    const style = getComputedStyle(from);
    for (const name of STYLED) {
      const value = style.getPropertyValue(name);
      if (value && !(name.endsWith("opacity") && value === "1")) to.setAttribute(name, value);
    }
    from.childNodes.forEach((child, index) => pairs.push([child, to.childNodes[index]]));
  }
  copy.querySelectorAll("style, [aria-label=tip]").forEach((part) => part.remove());
  copy.removeAttribute("class");
  copy.removeAttribute("style");
  return copy;
}

const text = (words, x, y, size, weight = "normal") =>
  drawn("text", {x, y, fill: "#1a1a1a", "font-size": size, "font-weight": weight, "font-family": "system-ui, sans-serif"}, words);

/// Title, panels and legend of a figure as they stand on the page, black on white.
export function asSvg(figure) {
  const root = document.documentElement;
  root.classList.add("saving");  // the light colours, until this function returns: nobody sees it
  try {
    const around = figure.querySelector(".panels").getBoundingClientRect();
    const width = Math.max(320, Math.ceil(around.width)), head = 34;
    const whole = drawn("svg", {xmlns: "http://www.w3.org/2000/svg", width}, drawn("title", {}, figure.querySelector("h3").textContent));
    whole.append(drawn("rect", {width: "100%", height: "100%", fill: "white"}), text(figure.querySelector("h3").textContent, 8, 20, 15, "bold"));
    for (const heading of figure.querySelectorAll(".panels h4")) {
      const place = heading.getBoundingClientRect();
      whole.append(text(heading.textContent, place.left - around.left, head + place.top - around.top + 13, 12, "bold"));
    }
    for (const svg of figure.querySelectorAll(".panels svg")) {
      const place = svg.getBoundingClientRect(), copy = standing(svg);
      for (const [key, value] of Object.entries({x: place.left - around.left, y: head + place.top - around.top, width: place.width, height: place.height}))
        copy.setAttribute(key, value);
      whole.append(copy);
    }
    let x = 8, y = head + around.height + 18;
    for (const item of figure.querySelectorAll(".legend li")) {
      const length = 40 + 6.6 * item.textContent.length;
      if (x + length > width && x > 8) x = 8, y += 20;
      const mark = item.querySelector("svg");
      if (mark) {
        const copy = standing(mark);
        copy.setAttribute("x", x);
        copy.setAttribute("y", y - 12);
        whole.append(copy);
      }
      whole.append(text(item.textContent, x + 30, y, 12));
      x += length;
    }
    whole.setAttribute("height", Math.ceil(y + 12));
    whole.setAttribute("viewBox", `0 0 ${width} ${Math.ceil(y + 12)}`);
    return new XMLSerializer().serializeToString(whole);
  } finally {
    root.classList.remove("saving");
  }
}

export const saveSvg = (figure, name) => offer(new Blob([asSvg(figure)], {type: "image/svg+xml"}), name);

export async function savePng(figure, name, scale = 2) {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([asSvg(figure)], {type: "image/svg+xml"}));
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = scale * image.width, canvas.height = scale * image.height;
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  context.drawImage(image, 0, 0);
  URL.revokeObjectURL(address);
  canvas.toBlob((blob) => offer(blob, name), "image/png");
}
