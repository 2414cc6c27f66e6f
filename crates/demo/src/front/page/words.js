// The page's words in the customer's language: chosen here, else the browser's, else French.

const FRENCH = {
  shop: "La boutique", lead: "Payez par carte ou à la livraison, et suivez vos commandes.", add: "Ajouter", addThis: "Ajouter au panier : {}", added: "{} : dans le panier.",
  products: "Produits", orders: "Commandes", account: "Compte", basket: "Panier", menu: "Boutique", languages: "Langue",
  yourBasket: "Votre panier", emptyBasket: "Votre panier est vide.", seeProducts: "Voir les produits", oneLess: "Un de moins : {}", oneMore: "Un de plus : {}", total: "Total",
  needsAccount: "Pour commander, il faut un compte : une adresse et un mot de passe.", createAccount: "Créer un compte", haveAccount: "J’ai un compte", createMine: "Créer mon compte",
  delivery: "Livraison", payment: "Paiement", orderAndPay: "Commander et payer", recorded: "Commande n° {} enregistrée.",
  yourOrders: "Vos commandes", orderNumber: "Commande n° {}", pay: "Payer", paidAtDoor: "Vous payez à la livraison : rien d’autre à faire.", noOrders: "Aucune commande pour l’instant.", signInForOrders: "Connectez-vous pour voir vos commandes.",
  signIn: "Se connecter", signedIn: "Vous êtes connecté.", welcome: "Bienvenue ! Votre compte est créé.", signedOut: "Vous avez été déconnecté.", yourAccount: "Votre compte", myOrders: "Mes commandes", signOut: "Se déconnecter", bye: "À bientôt !",
  moment: "Un instant…", unreachable: "Le serveur ne répond pas. Réessayez dans un instant.", wrongPassword: "Cette adresse et ce mot de passe ne vont pas ensemble.", phoneFormat: "Au format international, comme +213550000001",
  wings: "En coulisses : ce que la page demande à Guichet", wingsLine: "Rien d’autre que l’API de OneEntry, par CORS, comme le ferait son SDK.", play: "Boutique de démonstration de Guichet : aucun argent réel.", other: "L’autre boutique, sans JavaScript",
};

const ARABIC = {
  shop: "المتجر", lead: "ادفع بالبطاقة أو عند التسليم، وتابع طلباتك.", add: "أضف", addThis: "أضف إلى السلة: {}", added: "{}: في السلة.",
  products: "المنتجات", orders: "الطلبات", account: "الحساب", basket: "السلة", menu: "المتجر", languages: "اللغة",
  yourBasket: "سلتك", emptyBasket: "سلتك فارغة.", seeProducts: "تصفح المنتجات", oneLess: "أنقص واحدًا: {}", oneMore: "زد واحدًا: {}", total: "المجموع",
  needsAccount: "للطلب يلزمك حساب: عنوان بريد وكلمة سر.", createAccount: "إنشاء حساب", haveAccount: "لدي حساب", createMine: "أنشئ حسابي",
  delivery: "التوصيل", payment: "الدفع", orderAndPay: "اطلب وادفع", recorded: "سُجّل الطلب رقم {}.",
  yourOrders: "طلباتك", orderNumber: "الطلب رقم {}", pay: "ادفع", paidAtDoor: "تدفع عند التسليم: لا شيء آخر عليك.", noOrders: "لا طلبات بعد.", signInForOrders: "سجّل الدخول لترى طلباتك.",
  signIn: "تسجيل الدخول", signedIn: "تم تسجيل الدخول.", welcome: "مرحبًا! أُنشئ حسابك.", signedOut: "تم تسجيل خروجك.", yourAccount: "حسابك", myOrders: "طلباتي", signOut: "تسجيل الخروج", bye: "إلى اللقاء!",
  moment: "لحظة…", unreachable: "الخادم لا يستجيب. أعد المحاولة بعد لحظة.", wrongPassword: "هذا العنوان وكلمة السر لا يتطابقان.", phoneFormat: "بالصيغة الدولية، مثل ‎+213550000001",
  wings: "وراء الكواليس: ما تطلبه الصفحة من Guichet", wingsLine: "لا شيء سوى واجهة OneEntry، عبر CORS، كما تفعل مكتبتها.", play: "متجر تجريبي لـ Guichet: لا أموال حقيقية.", other: "المتجر الآخر، بلا JavaScript",
};

const ENGLISH = {
  shop: "The shop", lead: "Pay by card or on delivery, and follow your orders.", add: "Add", addThis: "Add to the basket: {}", added: "{}: in the basket.",
  products: "Products", orders: "Orders", account: "Account", basket: "Basket", menu: "Shop", languages: "Language",
  yourBasket: "Your basket", emptyBasket: "Your basket is empty.", seeProducts: "See the products", oneLess: "One less: {}", oneMore: "One more: {}", total: "Total",
  needsAccount: "To order you need an account: an address and a password.", createAccount: "Create an account", haveAccount: "I have an account", createMine: "Create my account",
  delivery: "Delivery", payment: "Payment", orderAndPay: "Order and pay", recorded: "Order no. {} is recorded.",
  yourOrders: "Your orders", orderNumber: "Order no. {}", pay: "Pay", paidAtDoor: "You pay on delivery: nothing else to do.", noOrders: "No orders yet.", signInForOrders: "Sign in to see your orders.",
  signIn: "Sign in", signedIn: "You are signed in.", welcome: "Welcome! Your account is there.", signedOut: "You were signed out.", yourAccount: "Your account", myOrders: "My orders", signOut: "Sign out", bye: "See you soon!",
  moment: "One moment…", unreachable: "The server does not answer. Try again in a moment.", wrongPassword: "This address and this password do not go together.", phoneFormat: "In the international form, such as +213550000001",
  wings: "Behind the scenes: what the page asks Guichet for", wingsLine: "Nothing but OneEntry’s API, by CORS, as its SDK would.", play: "Demo shop of Guichet: no real money.", other: "The other shop, without JavaScript",
};

// By tag: what the project calls the language, and its own name.
const LANGUAGES = {
  fr: { code: "fr_FR", name: "Français", words: FRENCH },
  ar: { code: "ar_DZ", name: "العربية", words: ARABIC },
  en: { code: "en_US", name: "English", words: ENGLISH },
};

const wanted = [localStorage.getItem("language"), ...navigator.languages].map((tag) => tag?.slice(0, 2));
export const TAG = wanted.find((tag) => tag in LANGUAGES) ?? "fr";
export const LANGUAGE = LANGUAGES[TAG].code;

// words("addThis", "Miel"): the sentence of that name, with the text in it.
export const words = (name, text = "") => LANGUAGES[TAG].words[name].replace("{}", () => text);

// Puts the frame of the page into the language; its elements name their words.
export function translate(h) {
  document.documentElement.lang = TAG;
  document.documentElement.dir = TAG === "ar" ? "rtl" : "ltr";
  for (const element of document.querySelectorAll("[data-words]")) element.textContent = words(element.dataset.words);
  const choose = (tag) => () => {
    localStorage.setItem("language", tag);
    location.reload();
  };
  const languages = document.getElementById("languages");
  languages.setAttribute("aria-label", words("languages"));
  languages.replaceChildren(...Object.entries(LANGUAGES).map(([tag, { name }]) =>
    h("button", { class: "quiet", lang: tag, "aria-pressed": String(tag === TAG), onclick: choose(tag) }, name)));
  document.querySelector("header nav").setAttribute("aria-label", words("menu"));
}
