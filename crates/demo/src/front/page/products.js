// What is sold.
import { post } from "/boutique/api.js";
import * as basket from "/boutique/basket.js";
import { h, money, say } from "/boutique/dom.js";
import { LANGUAGE, words } from "/boutique/words.js";

let known;

// All products, read once.
export async function all() {
  known ??= (await post(`/products/all?offset=0&limit=30&langCode=${LANGUAGE}`, [])).items;
  return known;
}

export const picture = (product) => h("span", { class: "tile" }, h("img", { src: product.attributeValues.image?.value[0].downloadLink, alt: "", width: 64, height: 64 }));

export async function view() {
  const cards = (await all()).map((product) => {
    const { title } = product.localizeInfos;
    const add = () => {
      basket.change(product.id, 1);
      say(words("added", title));
    };
    return h("li", { class: "card product" },
      picture(product),
      h("div", {},
        h("h2", {}, title),
        h("p", { class: "soft" }, product.attributeValues.words?.value),
        h("div", { class: "row" },
          h("span", { class: "price" }, money(product.price)),
          h("button", { onclick: add, "aria-label": words("addThis", title) }, words("add")))));
  });
  return [h("h1", {}, words("shop")), h("p", { class: "lead" }, words("lead")), h("ul", { class: "goods" }, cards)];
}
