"""A shop's own lines around a published CinetPay library, which is used as it was published: named on the
command line and asked on standard input, one JSON question a line. Each is answered with one line of what
the library itself said: what it returned, or what it raised."""

import asyncio
import contextlib
import json
import os
import sys


class PaygateAfrica:
    """The package `paygate-africa`: all its settings come from the environment."""

    def __init__(self):
        from paygate_africa import PaymentProviderPath, select_provider

        # It joins this and `payment` as they are.
        os.environ["CINETPAY_BASE_URL"] = os.environ["SHOP_GATEWAY"] + "/v2/"
        os.environ["CINETPAY_API_KEY"] = os.environ["SHOP_APIKEY"]
        os.environ["CINETPAY_SITE_ID"] = os.environ["SHOP_SITE_ID"]
        # It wants this one and uses it for nothing: it verifies no notification.
        os.environ["CINETPAY_SECRET_KEY"] = "unused"
        os.environ["SITE_URL"] = os.environ["SHOP_URL"]
        self.provider = select_provider(PaymentProviderPath.CINETPAY)

    def open(self, order):
        class Transaction:
            id = order["id"]
            amount = float(order["amount"])
            currency = order["currency"]
            description = "Pack Pro"
            user_name = "Awa Koné"
            user_email = "awa@example.com"
            user_phone = "+2250701020304"

        url = asyncio.run(self.provider.initiate_payment(Transaction))
        return {"said": url, "url": url}

    def check(self, order):
        verified = asyncio.run(self.provider.verify_payment(order["id"]))
        return {"said": verified["status"] + " " + json.dumps(verified["raw_data"])}


class CinetPay:
    """The package `cinetpay`: the address is a setting, and so is whether errors are raised."""

    def __init__(self, raises):
        import cinetpay

        self.library = cinetpay
        self.client = cinetpay.Client(
            cinetpay.Config(
                host=os.environ["SHOP_GATEWAY"],
                credentials=cinetpay.Credential(
                    apikey=os.environ["SHOP_APIKEY"], site_id=os.environ["SHOP_SITE_ID"]
                ),
                currency=cinetpay.Currencies.XOF,
                language=cinetpay.Languages.FR,
                channels=cinetpay.Channels.ALL,
                lock_phone_number=True,
                raise_on_error=raises,
            )
        )

    def open(self, order):
        response = self.client.initialize_transaction(
            self.library.Order(
                id=order["id"],
                amount=order["amount"],
                currency=order["currency"],
                description="Pack Pro",
                # With one of the two addresses the library is content, and sends null for the other.
                notify_url=os.environ["SHOP_URL"] + "/webhooks/cinetpay",
                customer=self.library.Customer(
                    customer_id="awa",
                    customer_name="Koné",
                    customer_surname="Awa",
                    customer_phone_number="+2250701020304",
                ),
            )
        )
        opened = response.json.get("data") or {}
        return self.told(response) | {"url": opened.get("payment_url"), "token": opened.get("payment_token")}

    def check(self, order):
        return self.told(self.client.get_transaction(_id=order["id"]))

    def check_by_token(self, order):
        return self.told(self.client.get_transaction(token=order["token"]))

    @staticmethod
    def told(response):
        words = [str(response)]
        if response.has_error:
            words.append(str(response.description))
        return {"said": " ".join(words + [json.dumps(response.json)])}


LIBRARIES = {
    "paygate-africa": PaygateAfrica,
    "cinetpay": lambda: CinetPay(raises=True),
    "cinetpay, errors returned": lambda: CinetPay(raises=False),
}

answers = sys.stdout
# The second library prints what it sends, the apikey too; an answer is on a line of its own.
with contextlib.redirect_stdout(sys.stderr):
    shop = LIBRARIES[sys.argv[1]]()
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = getattr(shop, question["do"])(question)
        except Exception as error:
            answer = {"said": f"{type(error).__name__} {error}"}
        print(json.dumps(answer), file=answers, flush=True)
