// The fields of a form, as the project declares it: nothing here knows what a customer is asked.
import { get } from "/boutique/api.js";
import { h } from "/boutique/dom.js";
import { LANGUAGE, words } from "/boutique/words.js";

const forms = new Map();

export async function attributes(marker) {
  if (!forms.has(marker)) forms.set(marker, (await get(`/forms/marker/${marker}`)).attributes);
  return forms.get(marker);
}

const FILLED_BY = { email: "email", phone: "tel", name: "family-name", surname: "given-name", address: "street-address", city: "address-level2" };

function input({ marker, type, listTitles, isPassword, isLogin, isNotificationEmail, isNotificationPhoneSMS, validators }, value, isNew) {
  const common = { id: `field-${marker}`, name: marker, required: Boolean(validators?.requiredValidator) || isPassword || isLogin };
  if (listTitles?.length) {
    const options = listTitles.map((one) => h("option", { value: one.value, selected: one.value === value }, one.title));
    return h("select", common, options);
  }
  if (type === "text") return h("textarea", { ...common, rows: 3 }, value ?? "");
  if (isPassword) {
    return h("input", { ...common, type: "password", minlength: isNew && 6, autocomplete: isNew ? "new-password" : "current-password" });
  }
  const kind = isNotificationEmail || FILLED_BY[marker] === "email" ? "email" : isNotificationPhoneSMS || FILLED_BY[marker] === "tel" ? "tel" : "text";
  const pattern = kind === "tel" && "\\+[0-9]{8,15}";
  const autocomplete = isLogin ? "username" : FILLED_BY[marker];
  return h("input", { ...common, type: kind, value, pattern, title: pattern && words("phoneFormat"), autocomplete });
}

// A row for each field. `known` holds values to begin with, by marker.
export function rows(attributes, known = {}, isNew = false) {
  return attributes.map((field) =>
    h("p", { class: "field" },
      h("label", { for: `field-${field.marker}` }, field.localizeInfos.title),
      input(field, known[field.marker], isNew)));
}

// What stands in those fields, as OneEntry's forms want it.
export function filled(attributes) {
  return attributes
    .map(({ marker, type }) => ({ marker, type, value: document.getElementById(`field-${marker}`).value.trim() }))
    .filter(({ value }) => value !== "");
}

// The same the other way: by marker.
export const told = (formData) => Object.fromEntries(formData.map(({ marker, value }) => [marker, value]));

export const inLanguage = (formData) => ({ [LANGUAGE]: formData });
