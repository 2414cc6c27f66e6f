// Signing up, signing in, and out again. What is asked stands in the form of the project's provider.
import { get, isSignedIn, provider, signIn, signOut, signUp } from "/boutique/api.js";
import * as basket from "/boutique/basket.js";
import { form, h, say } from "/boutique/dom.js";
import { attributes, filled, inLanguage, rows, told } from "/boutique/fields.js";
import { words } from "/boutique/words.js";

const signsIn = (field) => field.isLogin || field.isPassword;
const onward = () => { location.hash = basket.count() > 0 ? "#panier" : "#produits"; };

// What the customer told about themselves, by marker.
export async function profile() {
  const user = await get("/users/me");
  return { identifier: user.identifier, ...told(user.formData) };
}

async function choice(current) {
  const link = (hash, label) => h("a", { href: hash, "aria-current": current === hash && "page" }, label);
  return h("p", { class: "choice" }, link("#inscription", words("createAccount")), link("#connexion", words("haveAccount")));
}

export async function signUpView() {
  const { formIdentifier } = await provider();
  const fields = await attributes(formIdentifier);
  const send = async () => {
    const authData = filled(fields.filter(signsIn)).map(({ marker, value }) => ({ marker, value }));
    const formData = filled(fields.filter((field) => !signsIn(field)));
    const email = authData[0].value;
    await signUp({ formIdentifier, authData, formData: inLanguage(formData), notificationData: { email, phonePush: [] } });
    await signIn(authData);
    say(words("welcome"));
    onward();
  };
  return [h("h1", {}, words("createAccount")), await choice("#inscription"), h("div", { class: "card" }, form(rows(fields, {}, true), words("createMine"), send))];
}

export async function signInView() {
  const { formIdentifier } = await provider();
  const fields = (await attributes(formIdentifier)).filter(signsIn);
  const send = async () => {
    await signIn(filled(fields).map(({ marker, value }) => ({ marker, value })));
    say(words("signedIn"));
    onward();
  };
  return [h("h1", {}, words("signIn")), await choice("#connexion"), h("div", { class: "card" }, form(rows(fields), words("signIn"), send))];
}

export async function view() {
  if (!isSignedIn()) return signUpView();
  const { identifier, surname, name } = await profile();
  const leave = async () => {
    await signOut();
    say(words("bye"));
    location.hash = "#produits";
  };
  return [
    h("h1", {}, words("yourAccount")),
    h("div", { class: "card" },
      h("p", {}, h("b", {}, [surname, name].filter(Boolean).join(" ") || identifier)),
      h("p", { class: "soft" }, identifier),
      h("p", { class: "row" }, h("a", { class: "button quiet", href: "#commandes" }, words("myOrders")), h("button", { onclick: leave }, words("signOut")))),
  ];
}
