// Customers of the tests, each new to the shop.
import { good, shop } from "./sdk.mjs";

export const PASSWORD = "correct horse 1";
let count = 0;

// What a new customer fills in to sign up; every one has another address.
export function newcomer() {
  count += 1;
  const email = `customer-${count}@example.com`;
  return { email, form: registration(email) };
}

export const registration = (email, password = PASSWORD) => ({
  formIdentifier: "reg",
  authData: credentials(email, password).authData,
  formData: [{ marker: "last_name", type: "string", value: "Benali" }],
  notificationData: { email, phonePush: [], phoneSMS: "+213665983439" },
});

export const credentials = (email, password = PASSWORD) => ({
  authData: [{ marker: "email_reg", value: email }, { marker: "password_reg", value: password }],
});

// A shop with a new customer who is signed in.
export async function signedIn(mode, config) {
  const { email, form } = newcomer();
  const it = shop(mode, config);
  await good(it.AuthProvider.signUp("email", form));
  const { accessToken, refreshToken } = await good(it.AuthProvider.auth("email", credentials(email)));
  return { ...it, email, accessToken, refreshToken };
}

// What an order says, in a new object each time: the SDK changes what it is given.
export const order = (fields = {}) => ({
  formIdentifier: "order",
  paymentAccountIdentifier: "cash",
  formData: [{ marker: "name", type: "string", value: "Christina Thomas" }],
  products: [{ productId: 14, quantity: 1 }],
  ...fields,
});

// The same by card, which the gateway takes from 500 dinars on.
export const byCard = (fields = {}) =>
  order({ paymentAccountIdentifier: "ocpay", products: [{ productId: 14, quantity: 2 }], ...fields });
