// Signing up, signing in, and out again. What is asked stands in the form of the project's provider.
import { get, isSignedIn, provider, signIn, signOut, signUp } from "/boutique/api.js";
import * as basket from "/boutique/basket.js";
import { form, h, say } from "/boutique/dom.js";
import { attributes, filled, inLanguage, rows, told } from "/boutique/fields.js";

const signsIn = (field) => field.isLogin || field.isPassword;
const onward = () => { location.hash = basket.count() > 0 ? "#panier" : "#produits"; };

// What the customer told about themselves, by marker.
export async function profile() {
  const user = await get("/users/me");
  return { identifier: user.identifier, ...told(user.formData) };
}

async function choice(current) {
  const link = (hash, label) => h("a", { href: hash, "aria-current": current === hash && "page" }, label);
  return h("p", { class: "choice" }, link("#inscription", "Créer un compte"), link("#connexion", "J’ai un compte"));
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
    say("Bienvenue ! Votre compte est créé.");
    onward();
  };
  return [h("h1", {}, "Créer un compte"), await choice("#inscription"), h("div", { class: "card" }, form(rows(fields, {}, true), "Créer mon compte", send))];
}

export async function signInView() {
  const { formIdentifier } = await provider();
  const fields = (await attributes(formIdentifier)).filter(signsIn);
  const send = async () => {
    await signIn(filled(fields).map(({ marker, value }) => ({ marker, value })));
    say("Vous êtes connecté.");
    onward();
  };
  return [h("h1", {}, "Se connecter"), await choice("#connexion"), h("div", { class: "card" }, form(rows(fields), "Se connecter", send))];
}

export async function view() {
  if (!isSignedIn()) return signUpView();
  const { identifier, surname, name } = await profile();
  const leave = async () => {
    await signOut();
    say("À bientôt !");
    location.hash = "#produits";
  };
  return [
    h("h1", {}, "Votre compte"),
    h("div", { class: "card" },
      h("p", {}, h("b", {}, [surname, name].filter(Boolean).join(" ") || identifier)),
      h("p", { class: "soft" }, identifier),
      h("p", { class: "row" }, h("a", { class: "button quiet", href: "#commandes" }, "Mes commandes"), h("button", { onclick: leave }, "Se déconnecter"))),
  ];
}
