// What OneEntry has and Guichet has not: every such method of the SDK is called, and is told so by an
// answer of its own, in OneEntry's shape.
import assert from "node:assert/strict";

import { signedIn } from "./customers.mjs";
import { sayOf } from "./report.mjs";
import { DINARS, GUICHET, bad, everyMethod, overheard, resolvesErrors, settled, whatAnswered } from "./sdk.mjs";

const page = "about-us";
const grant = { client_id: "a", client_secret: "b", code: "c", grant_type: "d", redirect_uri: "e" };
const row = { formIdentifier: "collection-form", formData: [{ marker: "a", type: "string", value: "b" }] };
const file = () => new File(["Guichet"], "a.txt", { type: "text/plain" });
const fileOf = { type: "page", entity: "editor", id: 1 };

// Every method that is not offered, and what it is called with.
const CALLS = {
  "Admins.getAdminsInfo": [],
  "AttributesSets.getAttributes": [],
  "AttributesSets.getAttributesByMarker": ["set"],
  "AttributesSets.getSingleAttributeByMarkerSet": ["set", "one"],
  "AttributesSets.getAttributeSetByMarker": ["set"],
  "AuthProvider.oauth": ["email", grant],
  "AuthProvider.oauthSignUp": ["email", grant],
  "Blocks.getBlocks": ["common_block"],
  "Blocks.getBlockByMarker": ["block"],
  "Blocks.getSimilarProducts": ["block"],
  "Blocks.getProductsByBlockMarker": ["block"],
  "Blocks.getFrequentlyOrderedProducts": [14, "block"],
  "Blocks.searchBlock": ["block"],
  "Discounts.getAllDiscounts": [],
  "Discounts.getDiscountByMarker": ["sale"],
  "Discounts.getBonusBalance": [],
  "Discounts.getBonusHistory": [],
  "Discounts.validateDiscountsCoupon": ["SALE"],
  "Events.getAllSubscriptions": [],
  "Events.subscribeByMarker": ["price", 14],
  "Events.unsubscribeByMarker": ["price", 14],
  "FileUploading.upload": [file(), fileOf],
  "FileUploading.delete": ["a.txt", fileOf],
  "FileUploading.getFile": [1, "page", "editor", "a.txt"],
  "FormData.getFormsData": [],
  "FormData.postFormsData": [row],
  "FormData.getFormsDataByMarker": ["contact", 1],
  "FormData.updateFormsDataByid": [1, row],
  "FormData.updateFormsDataStatusByid": [1, { statusIdentifier: "seen" }],
  "FormData.deleteFormsDataByid": [1],
  "GeneralTypes.getAllTypes": [],
  "IntegrationCollections.getICollections": [],
  "IntegrationCollections.getICollectionById": [1],
  "IntegrationCollections.getICollectionRowsById": [1],
  "IntegrationCollections.validateICollectionMarker": ["towns"],
  "IntegrationCollections.getICollectionRowsByMarker": ["towns"],
  "IntegrationCollections.getICollectionRowByMarkerAndId": ["towns", 1],
  "IntegrationCollections.createICollectionRow": ["towns", row],
  "IntegrationCollections.updateICollectionRow": ["towns", 1, row],
  "IntegrationCollections.deleteICollectionRowByMarkerAndId": ["towns", 1],
  "Menus.getMenusByMarker": ["main"],
  "Pages.getRootPages": [],
  "Pages.getPages": [],
  "Pages.getPageById": [1],
  "Pages.getPageByUrl": [page],
  "Pages.getChildPagesByParentUrl": [page],
  "Pages.getBlocksByPageUrl": [page],
  "Pages.getFormsByPageUrl": [page],
  "Pages.getConfigPageByUrl": [page],
  "Pages.searchPage": ["about"],
  "Payments.getConnected": [],
  "Payments.webhookStripe": [],
  "Payments.webhookByMarker": ["stripe"],
  "Products.getProductsEmptyPage": [],
  "Products.getProductsByPageId": [1],
  "Products.getProductsPriceByPageUrl": [page],
  "Products.getProductsByPageUrl": [page],
  "Products.getRelatedProductsById": [14],
  "Products.getProductBlockById": [14],
  "Products.getProductsCountByPageId": [1],
  "Products.getProductsCountByPageUrl": [page],
  "ProductStatuses.getProductStatuses": [],
  "ProductStatuses.getProductStatusesById": [1],
  "ProductStatuses.getProductsByStatusMarker": ["in_stock"],
  "ProductStatuses.validateMarker": ["in_stock"],
  "Sitemap.getSitemap": [],
  "Sitemap.updateSitemap": [{}],
  "System.test404": [],
  "System.test500": [],
  "System.validateCapcha": [{}],
  "System.getApiStat": [],
  "Templates.getAllTemplates": [],
  "Templates.getTemplateByType": ["forCatalogPages"],
  "Templates.getTemplateById": [1],
  "Templates.getTemplateByMarker": ["template"],
  "TemplatePreviews.getTemplatePreviews": [],
  "TemplatePreviews.getTemplatePreviewById": [1],
  "TemplatePreviews.getTemplatePreviewByMarker": ["template"],
  "Users.addFCMToken": ["token"],
  "Users.deleteFCMToken": ["token"],
};

// What the SDK does by itself: what it is given, and what comes of it.
const ITS_OWN = {
  "Pages.addTemplateToPages": [[[]], (pages) => assert.deepEqual(pages, [])],
  "Pages.addTemplateToPage": [[{ id: 1 }], (page) => assert.deepEqual(page, { id: 1 })],
  "FileUploading.createFileFromUrl": [
    ["data:text/plain,Guichet", "a.txt"],
    async (made) => assert.deepEqual([made.name, await made.text()], ["a.txt", "Guichet"]),
  ],
};

// Where the SDK reads an error that it was told to resolve as if it were an answer, and stumbles, in some
// versions. The server's answer is the same as everywhere.
const STUMBLES = new Set([
  "Blocks.getBlocks",
  "Blocks.getProductsByBlockMarker",
  "FileUploading.delete",
  "Pages.getBlocksByPageUrl",
  "Pages.getChildPagesByParentUrl",
  "Pages.getPages",
  "Pages.getRootPages",
  "Pages.searchPage",
  "Templates.getAllTemplates",
]);

// Where it swallows every error, in some versions, whatever it was told.
const SWALLOWS = new Set(["Events.subscribeByMarker", "Events.unsubscribeByMarker", "FileUploading.getFile"]);

export async function absent(mode, step) {
  const visitor = await signedIn(mode);
  const there = new Set(everyMethod());
  const those = (calls) => Object.keys(calls).filter((method) => there.has(method));

  const tried = (method, outcome, run) => step(method, async () => {
    sayOf(mode, method, outcome, await run());
    // Some resolve to what looks like an answer; they do not work all the same.
    whatAnswered();
  });

  for (const method of those(CALLS)) await tried(method, "not offered", () => notOffered(visitor, method));
  for (const method of those(ITS_OWN)) await tried(method, "asks nothing", () => itsOwn(visitor, method));
  await tried("WS.connect", "not offered", () => noSocket(visitor));
}

function called(visitor, method, given) {
  const [module, name] = method.split(".");
  return visitor[module][name](...given);
}

// The reason why a method is not offered, as the server gives it and the SDK hands it on.
async function notOffered({ mode, ...visitor }, method) {
  const calls = await overheard(async () => {
    const call = called(visitor, method, CALLS[method]);
    const lost = SWALLOWS.has(method) || (STUMBLES.has(method) && resolvesErrors(mode));
    await (lost ? settled(call) : bad({ mode }, call, 501, /^Not offered here: ./));
  });
  return reason(calls[0]);
}

async function itsOwn(visitor, method) {
  const [given, check] = ITS_OWN[method];
  const calls = await overheard(async () => check(await called(visitor, method, given)));
  assert.deepEqual(calls, []);
  return "";
}

function reason({ status, text }) {
  const said = JSON.parse(text);
  assert.deepEqual([status, said.statusCode], [501, 501], text);
  const [, why] = said.message.match(/^Not offered here: (.+)$/);
  return why;
}

// A socket is refused before it is one; the reason is what a plain request is told.
async function noSocket(visitor) {
  const socket = visitor.WS.connect();
  const error = await new Promise((tell) => socket.once("connect_error", tell));
  socket.close();
  assert.match(String(error.description?.message ?? error.description), /501/);
  const headers = { "x-app-token": DINARS };
  const [call] = await overheard(() => fetch(`${GUICHET}/api/content/ws`, { headers }));
  return reason(call);
}
