"""What the server's contract says. Made of ../openapi.json by make.py."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypedDict

from typing_extensions import NotRequired

Id: TypeAlias = str


class AcknowledgeRequest(TypedDict):
    """What was taken."""

    ids: list[Id]
    """Identifiers of events, at most 100."""


class Archived(TypedDict):
    """What the operator has moved to archives. It stands in no list any more."""

    count: int
    """How many."""
    newest_at: NotRequired[str | None]
    """When the newest of them happened; in the lists of a whole shop."""


class Attempt(TypedDict):
    """One try."""

    answer: NotRequired[str | None]
    """The first kilobyte of what it wrote, where it refused."""
    at: str
    """When."""
    number: int
    """Which try, from 1."""
    outcome: str
    """What came of it."""
    status_code: NotRequired[int | None]
    """What it answered, when it answered."""


class CloseDayRequest(TypedDict):
    """What is written to a day that is closed."""

    note: NotRequired[str | None]
    """What you found, at most 500 characters."""


class Delivery(TypedDict):
    """One event on its way to one endpoint."""

    attempts: list[Attempt]
    """Every try, oldest first."""
    due_at: NotRequired[str | None]
    """When it is tried next."""
    id: str
    """Its identifier."""
    order: NotRequired[str | None]
    """The order it is about."""
    sequence: int
    """The index of its event in the order's journal."""
    settled_at: NotRequired[str | None]
    """When it arrived or was given up."""
    status: Literal['pending', 'delivered', 'given_up']
    """`pending`, `delivered` or `given_up`."""
    target: str
    """
    Where it goes: a webhook endpoint (`whe_…`), your client of another vendor (`crd_…`), or the
    customer (`mer_…/email`, `mer_…/sms`).
    """


class DeliveryPage(TypedDict):
    """The deliveries about an order."""

    archived: NotRequired[Archived | None]
    data: list[Delivery]
    """The deliveries, in the order of the journal."""


FieldType: TypeAlias = Literal['string', 'text', 'integer', 'textWithHeader', 'float', 'real', 'date', 'dateTime', 'time', 'list', 'radioButton', 'timeInterval', 'file', 'image', 'groupOfImages', 'button', 'spam', 'entity']
"""The type of a field, in OneEntry's words."""


FormKind: TypeAlias = Literal['order', 'sign_in_up']
"""What kind of form it is, in OneEntry's words."""


class Item(TypedDict):
    """One line of an order."""

    name: str
    """What it is."""
    quantity: int
    """How many."""
    unit_amount: int
    """The price of one, in minor units; less than nothing for what is taken off."""


class ItemRequest(TypedDict):
    """One line of an order."""

    name: str
    """What it is: 1 to 200 characters."""
    quantity: int
    """How many: 1 to 1000000."""
    unit_amount: int
    """The price of one, in minor units; may be zero, or less for what is taken off, such as a coupon."""


class Locale(TypedDict):
    """A language of the front."""

    code: str
    """Such as `en_US`."""
    name: str
    """Its name in English."""
    native_name: NotRequired[str | None]
    """Its own name for itself; `name` when left out."""


class Money(TypedDict):
    """An amount of money."""

    amount: int
    """Minor units of the currency by ISO 4217: centimes of a dinar, whole CFA francs."""
    currency: str
    """ISO 4217 code."""
    decimal: str
    """The same for people."""


Outcome: TypeAlias = Literal['granted', 'declined']
"""What became of a request."""


class Payer(TypedDict):
    """Who pays."""

    address: NotRequired[str | None]
    """Street and number."""
    city: NotRequired[str | None]
    """Town."""
    country: NotRequired[str | None]
    """ISO 3166-1 alpha-2 code."""
    email: NotRequired[str | None]
    """E-mail address."""
    family_name: NotRequired[str | None]
    """Family name."""
    given_name: NotRequired[str | None]
    """Given name."""
    phone: NotRequired[str | None]
    """E.164 phone number."""
    state: NotRequired[str | None]
    """State or region."""
    zip_code: NotRequired[str | None]
    """Postal code."""


class PayerRequest(TypedDict):
    """Who pays."""

    address: NotRequired[str | None]
    """Street and number, at most 200 characters. Some gateways need it for cards."""
    city: NotRequired[str | None]
    """Town, at most 100 characters."""
    country: NotRequired[str | None]
    """ISO 3166-1 alpha-2 code, such as CI."""
    email: NotRequired[str | None]
    """E-mail address."""
    family_name: NotRequired[str | None]
    """Family name, at most 100 characters."""
    given_name: NotRequired[str | None]
    """Given name, at most 100 characters."""
    phone: NotRequired[str | None]
    """
    Phone number in E.164, such as +213551234567. It must be one that can exist in its country: the error says what
    a number there looks like.
    """
    state: NotRequired[str | None]
    """State or region, at most 100 characters."""
    zip_code: NotRequired[str | None]
    """Postal code, at most 20 characters."""


class PaymentFailure(TypedDict):
    """Why a payment failed."""

    code: str
    """Stable code."""
    message: NotRequired[str | None]
    """What is known beyond the code."""


class PaymentLink(TypedDict):
    """A payment link."""

    amount: NotRequired[Money | None]
    asks_for: list[Literal['family_name', 'given_name', 'email', 'phone', 'address', 'city', 'state', 'zip_code', 'country']]
    """What the customer fills in, by the payer's fields."""
    created_at: str
    """When it was made."""
    currency: str
    """ISO 4217 code."""
    description: NotRequired[str | None]
    """More words for the customer."""
    ended_at: NotRequired[str | None]
    """When you ended it."""
    environment: Literal['test', 'live']
    """`test` or `live`, as the key that made it."""
    expires_at: NotRequired[str | None]
    """From when on it makes no orders any more."""
    id: str
    """Its identifier."""
    language: NotRequired[str | None]
    """The language of the page where you wish one."""
    maximum: NotRequired[int | None]
    """The most, in minor units; null where you say how much."""
    metadata: dict[str, Any]
    """Your own notes, which its orders have, too."""
    minimum: NotRequired[int | None]
    """The least that the customer may say, in minor units; null where you say how much."""
    reference: str
    """Your own name for it. The references of its orders begin with it."""
    return_url: NotRequired[str | None]
    """Where the customer goes afterwards."""
    single_use: bool
    """Whether it is good for one order."""
    status: Literal['active', 'expired', 'ended']
    """`active`, `expired` once its time has run out, or `ended` by you."""
    title: str
    """What the customer reads."""
    url: str
    """The address to hand out, as a link or a QR code."""


class PaymentLinkPage(TypedDict):
    """A page of payment links."""

    data: list[PaymentLink]
    """The links, newest first."""
    has_more: bool
    """Whether there are older ones: ask again with `cursor` set to the last identifier."""


class PaymentLinkRequest(TypedDict):
    """What a link is to be."""

    amount: NotRequired[int | None]
    """What is to be paid, in minor units. Leave it out where the customer says how much."""
    asks_for: NotRequired[list[Literal['family_name', 'given_name', 'email', 'phone', 'address', 'city', 'state', 'zip_code', 'country']]]
    """What the customer fills in, by the payer's fields."""
    currency: str
    """ISO 4217 code."""
    description: NotRequired[str | None]
    """More words for the customer, at most 1000 characters."""
    expires_in: NotRequired[int | None]
    """After how many seconds it makes no orders any more: 60 to 31622400 (366 days); never when left out."""
    language: NotRequired[Literal['fr', 'ar', 'en'] | None]
    """The language of the page where you wish one: `fr`, `ar` or `en`; otherwise the customer's."""
    maximum: NotRequired[int | None]
    """The most that the customer may say, in minor units."""
    metadata: NotRequired[dict[str, Any]]
    """Your own notes, which its orders have, too: an object of at most 50 keys and 8 KiB."""
    minimum: NotRequired[int | None]
    """The least that the customer may say, in minor units."""
    reference: NotRequired[str | None]
    """
    Your own name for the link, unique among your links: 1 to 90 characters. Sending the same link again answers the
    link you have, so a repetition is always safe. Made up when left out.
    """
    return_url: NotRequired[str | None]
    """Where the customer goes afterwards, as with an order."""
    single_use: NotRequired[bool]
    """
    Whether the link is good for one order, such as an invoice: whoever opens it goes on with that order. Otherwise each
    customer makes one, as at a stall or from a poster.
    """
    title: str
    """What the customer reads: 1 to 200 characters."""


class PaymentRequest(TypedDict):
    """Where to pay."""

    account: NotRequired[str | None]
    """The gateway account, by identifier or name, where you have several at one gateway."""
    gateway: NotRequired[str | None]
    """
    The gateway, such as `ocpay`; `auto` follows your routes, and goes on to the next account when
    one certainly opened nothing.
    """


class Problem(TypedDict):
    """An error."""

    code: Literal['key_missing', 'key_malformed', 'key_unknown', 'key_revoked', 'key_publishable', 'key_not_permitted', 'not_found', 'no_such_route', 'no_such_method', 'body_too_large', 'body_incomplete', 'body_too_slow', 'not_json', 'not_utf8', 'json_invalid', 'field_unknown', 'field_missing', 'field_twice', 'field_invalid', 'query_invalid', 'limit_out_of_range', 'cursor_invalid', 'status_unknown', 'time_invalid', 'day_invalid', 'gateway_unknown', 'account_unknown', 'search_invalid', 'identifier_invalid', 'idempotency_key_invalid', 'idempotency_key_reused', 'idempotency_in_progress', 'too_many_calls', 'overloaded', 'storage_unavailable', 'server_is_quiet', 'internal_error', 'language_unknown', 'country_invalid', 'too_many_lines', 'no_route', 'reference_taken', 'amount_out_of_range', 'items_do_not_add_up', 'too_many_items', 'quantity_out_of_range', 'currency_unknown', 'text_length', 'text_control_character', 'email_invalid', 'phone_invalid', 'metadata_too_large', 'expiry_out_of_range', 'return_url_invalid', 'return_url_origin', 'gateway_not_configured', 'order_already_paid', 'order_expired', 'order_cancelled', 'order_not_paid', 'payment_in_progress', 'payment_undecided', 'payment_open', 'order_waits', 'money_held', 'money_came', 'client_was_told', 'too_many_payments', 'no_such_payment', 'nothing_held', 'not_honourable', 'nothing_to_refund', 'refund_exceeds_paid', 'refund_currency', 'too_many_refunds', 'no_such_refund', 'payment_is_checked', 'notification_settled', 'day_not_over', 'day_closed', 'notification_account_gone', 'check_budget_spent', 'currency_not_supported', 'amount_not_whole', 'amount_not_multiple', 'title_length', 'description_length', 'title_empty', 'card_payer_incomplete', 'receipt_too_long', 'notify_url_invalid', 'notify_url_refused', 'reference_invalid', 'phone_missing', 'country_not_supported', 'currency_of_another_country', 'live_key_needed', 'project_invalid', 'product_invalid', 'refund_request_closed', 'url_invalid', 'event_type_unknown', 'too_many_endpoints', 'target_not_in_use', 'too_many_ids']
    """The kind of problem in one word, which programs may rely on."""
    detail: str
    """What was wrong and what to do, as a sentence."""
    field: NotRequired[str | None]
    """The field that was wrong, as a path such as `items[0].quantity`."""
    status: int
    """The HTTP status."""
    title: str
    """The kind of problem in a few words."""
    type: str
    """A name for this kind of problem."""


class Receipt(TypedDict):
    """What the gateway told of money that came. What it does not tell is null."""

    charged: NotRequired[Money | None]
    fee: NotRequired[Money | None]
    funds_at: NotRequired[str | None]
    """From when on you can have the money."""
    operator: NotRequired[str | None]
    """The operator or the means it was paid with, by the gateway's own word."""
    paid_from: NotRequired[str | None]
    """The phone number it was paid from."""
    transaction: NotRequired[str | None]
    """The number under which the gateway or its operator finds the transaction."""


class RecordRefundRequest(TypedDict):
    """Money that went back."""

    amount: NotRequired[int | None]
    """How much, in minor units of the currency that was paid; everything that is left when left out."""
    method: Literal['gateway_portal', 'cash', 'transfer']
    """How it went back: `gateway_portal`, `cash` or `transfer`."""
    payment: NotRequired[str | None]
    """The payment whose money it was; the one that paid the order when left out."""
    reason: str
    """Why: 1 to 500 characters."""
    reference: NotRequired[str | None]
    """The number under which the gateway, the bank or the till finds it, at most 100 characters."""


class Refund(TypedDict):
    """Money that went back to the payer, as somebody recorded it."""

    amount: Money
    """How much went back."""
    id: str
    """Its identifier."""
    method: Literal['gateway_portal', 'cash', 'transfer']
    """`gateway_portal`, `cash` or `transfer`."""
    payment: str
    """The payment whose money it was."""
    reason: str
    """The reason, in the words of whoever recorded it."""
    recorded_at: str
    """When it was recorded."""
    recorded_by: dict[str, Any]
    """Who recorded it: `by` says what kind of person or program, the field beside it which one."""
    reference: NotRequired[str | None]
    """The number under which the gateway, the bank or the till finds it."""
    withdrawn_at: NotRequired[str | None]
    """When the record was withdrawn, because no money had gone back."""


class ReopenRequest(TypedDict):
    """How long the order is to wait."""

    expires_in: NotRequired[int | None]
    """
    After how many seconds from now the order expires unpaid: 60 to 2592000 (30 days); otherwise 3600, and a week where
    it can only be paid in cash.
    """


class ResolveRequest(TypedDict):
    """A decision about held money."""

    payment: str
    """The payment that brought the money."""
    resolution: Literal['honour', 'dismiss']
    """`honour`: take late money, the order becomes paid. `dismiss`: you have dealt with it elsewhere."""


class ReturnedMoney(TypedDict):
    """A product that is given back."""

    product: int
    """Its number."""
    quantity: int
    """How many."""


Role: TypeAlias = Literal['identifier', 'password', 'email', 'phone', 'family_name', 'given_name', 'address', 'city', 'state', 'zip_code', 'country']
"""What a field means to Guichet, beside its value being kept."""


Text: TypeAlias = str | dict[str, str]
"""A text for people: one for every language, or one for each."""


class TieRequest(TypedDict):
    """The order that the money is for."""

    order: str
    """The order's identifier."""


class UnmatchedNotification(TypedDict):
    """What a gateway told of a payment that no order has."""

    account: str
    """The gateway account that it came to."""
    amount: NotRequired[Money | None]
    body: str
    """What came last, shortened, without secrets."""
    first_received_at: str
    """When it first came."""
    gateway: str
    """The gateway."""
    id: str
    """Its identifier."""
    last_received_at: str
    """When it last came."""
    order: NotRequired[str | None]
    """The order that its payment was tied to."""
    payment: NotRequired[str | None]
    """Our identifier of the payment, where the notification tells it; null where the gateway names its own alone."""
    payment_status: NotRequired[Literal['paid', 'pending', 'processing', 'failed'] | None]
    """What the gateway said when it was asked: `paid`, `pending`, `processing` or `failed`; null where it told nothing."""
    received: int
    """How often it came."""
    reference: str
    """The reference by which the gateway is asked about the payment."""
    settled_at: NotRequired[str | None]
    """When it was tied or dismissed."""
    signed: bool
    """Whether the gateway signed it. What nobody signed is here because the gateway said, when asked, that it is paid."""
    status: Literal['open', 'tied', 'dismissed']
    """`open`, `tied` or `dismissed`."""


class UnmatchedNotificationPage(TypedDict):
    """A page of notifications."""

    data: list[UnmatchedNotification]
    """The notifications, newest first."""
    has_more: bool
    """Whether there are older ones: ask again with `cursor` set to the last identifier."""


class WebhookEndpoint(TypedDict):
    """A webhook endpoint."""

    created_at: str
    """When it was made."""
    declared: bool
    """Whether the operator's shop file declares it; false for one that was made here."""
    events: list[str]
    """Which event types: exact, with a `*` at the end, or `*` for all."""
    failing_since: NotRequired[str | None]
    """Since when nothing arrives there, while tries fail."""
    id: str
    """Its identifier."""
    secret: NotRequired[str | None]
    """The newest signing secret; only shown when it is made."""
    status: Literal['in_use', 'failing', 'disabled']
    """
    `in_use`; `failing` when nothing has arrived there for more than ten minutes; or `disabled` after it answered 410 or by the
    operator.
    """
    url: str
    """Where events are sent."""


class WebhookEndpointPage(TypedDict):
    """The endpoints of a merchant."""

    data: list[WebhookEndpoint]
    """All of them, oldest first."""
    has_more: bool
    """Always false: they fit on one page."""


class WebhookEndpointRequest(TypedDict):
    """Where to send what."""

    events: NotRequired[list[str] | None]
    """Which event types; `["order.*"]` when left out."""
    url: str
    """Where events are sent: an https (or http) address on the public Internet."""


class WebhookTest(TypedDict):
    """What came of a try of an endpoint."""

    answer: NotRequired[str | None]
    """The first kilobyte of what it wrote."""
    arrived: bool
    """Whether it took the event."""
    outcome: str
    """What came of it, in a few words."""
    status_code: NotRequired[int | None]
    """What it answered, when it answered."""


class WithdrawRefundRequest(TypedDict):
    """Why a record is withdrawn."""

    reason: str
    """Why: 1 to 500 characters."""


class ListEventsQuery(TypedDict):
    """What `list_events` may be asked for."""

    acknowledged: NotRequired[bool]
    """`true`: those acknowledged already, to read them again."""
    cursor: NotRequired[str]
    """The identifier of the last event of the page before."""
    limit: NotRequired[int]
    """How many: 1 to 100, otherwise 20."""


class ListOrdersQuery(TypedDict):
    """What `list_orders` may be asked for."""

    status: NotRequired[Literal['pending', 'failed', 'paid', 'fulfilled', 'expired', 'cancelled']]
    """Only this status."""
    needs_you: NotRequired[bool]
    """Only orders with money that does not fit and waits for you: `true`."""
    created_after: NotRequired[str]
    """Only orders made at or after this moment: RFC 3339."""
    created_before: NotRequired[str]
    """Only orders made before this moment."""
    paid_after: NotRequired[str]
    """Only orders whose money was seen at or after this moment."""
    paid_before: NotRequired[str]
    """Only orders whose money was seen before this moment."""
    gateway: NotRequired[str]
    """Only orders that were paid through this gateway, or else have their newest payment there."""
    account: NotRequired[str]
    """The same for a gateway account, by your name for it or its identifier."""
    currency: NotRequired[str]
    """Only orders in this currency: ISO 4217 code."""
    reference: NotRequired[str]
    """The order whose reference is exactly this."""
    payment_link: NotRequired[str]
    """Only orders that were made at this payment link."""
    amount: NotRequired[str]
    """Only orders that ask for this sum, in major units of their currency, such as `2500` or `2500.50`."""
    q: NotRequired[str]
    """
    What somebody knows of an order, 2 to 100 characters: the beginning of your reference or of the gateway's, an
    identifier, its amount if it was made in the last 31 days, or the payer's phone number or its last digits, the beginning of the e-mail address, names.
    """
    cursor: NotRequired[str]
    """The identifier of the last order of the page before."""
    limit: NotRequired[int]
    """How many: 1 to 100, otherwise 20."""


class ListPaymentLinksQuery(TypedDict):
    """What `list_payment_links` may be asked for."""

    cursor: NotRequired[str]
    """The identifier of the last link of the page before."""
    limit: NotRequired[int]
    """How many: 1 to 100, otherwise 20."""


class ListProductsQuery(TypedDict):
    """What `list_products` may be asked for."""

    cursor: NotRequired[int]
    """The number of the last product of the page before."""
    limit: NotRequired[int]
    """How many: 1 to 100, otherwise 20."""


class ListRefundRequestsQuery(TypedDict):
    """What `list_refund_requests` may be asked for."""

    status: NotRequired[Literal['requested', 'cancelled', 'granted', 'declined']]
    """Only this status: `requested`, `cancelled`, `granted` or `declined`."""
    cursor: NotRequired[int]
    """The number of the last request of the page before."""
    limit: NotRequired[int]
    """How many: 1 to 100, otherwise 20."""


class ListRefundsQuery(TypedDict):
    """What `list_refunds` may be asked for."""

    cursor: NotRequired[str]
    """The identifier of the last refund of the page before."""
    limit: NotRequired[int]
    """How many: 1 to 100, otherwise 20."""


ReadDaysQuery = TypedDict(
    'ReadDaysQuery',
    {
        'from': NotRequired[str],
        'to': NotRequired[str],
    },
)


class ExportOrdersQuery(TypedDict):
    """What `export_orders` may be asked for."""

    status: NotRequired[Literal['pending', 'failed', 'paid', 'fulfilled', 'expired', 'cancelled']]
    """Only this status."""
    needs_you: NotRequired[bool]
    """Only orders with money that does not fit and waits for you: `true`."""
    created_after: NotRequired[str]
    """Only orders made at or after this moment: RFC 3339."""
    created_before: NotRequired[str]
    """Only orders made before this moment."""
    paid_after: NotRequired[str]
    """Only orders whose money was seen at or after this moment."""
    paid_before: NotRequired[str]
    """Only orders whose money was seen before this moment."""
    gateway: NotRequired[str]
    """Only orders that were paid through this gateway, or else have their newest payment there."""
    account: NotRequired[str]
    """The same for a gateway account, by your name for it or its identifier."""
    currency: NotRequired[str]
    """Only orders in this currency: ISO 4217 code."""
    reference: NotRequired[str]
    """The order whose reference is exactly this."""
    payment_link: NotRequired[str]
    """Only orders that were made at this payment link."""
    amount: NotRequired[str]
    """Only orders that ask for this sum, in major units of their currency, such as `2500` or `2500.50`."""
    q: NotRequired[str]
    """
    What somebody knows of an order, 2 to 100 characters: the beginning of your reference or of the gateway's, an
    identifier, its amount if it was made in the last 31 days, or the payer's phone number or its last digits, the beginning of the e-mail address, names.
    """


class ListUnmatchedQuery(TypedDict):
    """What `list_unmatched` may be asked for."""

    status: NotRequired[Literal['open', 'tied', 'dismissed']]
    """`open`, which wait for you and are what is listed otherwise, `tied` or `dismissed`."""
    cursor: NotRequired[str]
    """The identifier of the last notification of the page before."""
    limit: NotRequired[int]
    """How many: 1 to 100, otherwise 20."""


class Attribute(TypedDict):
    """Something more about a product."""

    type: str
    """OneEntry's word for its type, such as `string`, `integer` or `text`."""
    value: Text
    """Its value."""


class Choice(TypedDict):
    """One of the values of a list."""

    title: NotRequired[Text]
    """What is shown."""
    value: str
    """What is sent."""


class CloseRefundRequest(TypedDict):
    """What you decided."""

    outcome: Outcome
    """`granted`: you pay it back; `declined`: you do not."""


class CountedCash(TypedDict):
    """How many payments, and how much money."""

    amount: Money
    """How much."""
    count: int
    """How many."""


class Field(TypedDict):
    """A field of a form."""

    marker: str
    """Its marker, such as `email_reg`."""
    max_length: NotRequired[int | None]
    """The greatest number of characters; 1000 when left out."""
    min_length: NotRequired[int | None]
    """The least number of characters."""
    required: NotRequired[bool]
    """Whether it must be filled in."""
    role: NotRequired[Role | None]
    title: NotRequired[Text]
    """What it is called."""
    type: NotRequired[FieldType]
    """What may stand in it."""
    values: NotRequired[list[Choice]]
    """What may be chosen, for lists and radio buttons."""


class Form(TypedDict):
    """What customers fill in."""

    fields: NotRequired[list[Field]]
    """Its fields."""
    id: NotRequired[int | None]
    """Its number; its position in the list, from 1 on, when left out."""
    identifier: str
    """Its marker, such as `order`."""
    title: NotRequired[Text]
    """What it is called."""
    type: NotRequired[FormKind]
    """What it is for."""


class HeldMoney(TypedDict):
    """Money that came but does not fit."""

    at: str
    """When."""
    kind: Literal['paid_late', 'paid_twice', 'amount_mismatch', 'wrong_environment', 'undecided']
    """`paid_late`, `paid_twice`, `amount_mismatch`, `wrong_environment` or `undecided`."""
    payment: str
    """The payment that brought it."""
    resolved_at: NotRequired[str | None]
    """When a person settled the question."""
    seen: NotRequired[Money | None]


class ListedRefund(Refund):
    """A refund, and whose it is."""

    order: str
    """The order."""
    order_reference: str
    """The shop's own name for the order."""


class OrderRequest(TypedDict):
    """What a shop asks for."""

    account: NotRequired[str | None]
    """The gateway account to use, by identifier or name, where you have several at one gateway."""
    amount: NotRequired[int | None]
    """
    What is to be paid, in minor units (2,500.00 dinars are 250000; 2,500 CFA francs are 2500).
    May be left out when there are items: it is what they add up to, less `discount` and with `tax`. An order of
    nothing, as with a coupon for the whole price, is paid at once and through no gateway.
    """
    channels: NotRequired[list[Literal['mobile_money', 'card', 'wallet']]]
    """
    The ways to pay that the gateway's page offers, where the gateway can tell them apart; all when
    left out.
    """
    currency: str
    """ISO 4217 code."""
    description: NotRequired[str | None]
    """More words for the customer, at most 1000 characters."""
    discount: NotRequired[int | None]
    """
    What is taken off the items, in minor units. A discount of one line, or one with a name, may also be an item whose
    `unit_amount` is less than nothing.
    """
    expires_in: NotRequired[int | None]
    """
    After how many seconds the order expires unpaid: 60 to 2592000 (30 days); otherwise 3600, and a week where it is to
    be paid in cash.
    """
    gateway: NotRequired[str | None]
    """
    The gateway to open a payment at right away, such as `ocpay` or `cash`; `auto` follows your
    routes, and goes on to the next account when one certainly opened nothing.
    """
    included_tax: NotRequired[int | None]
    """Tax that the amount holds already, in minor units: it is shown, and added to nothing."""
    items: NotRequired[list[ItemRequest]]
    """The lines of the order, at most 100."""
    language: NotRequired[Literal['fr', 'ar', 'en'] | None]
    """The language of the gateway's page and of messages to the customer: `fr`, `ar` or `en`."""
    lock_phone: NotRequired[bool]
    """Whether the payer cannot change the phone number on the gateway's page."""
    metadata: NotRequired[dict[str, Any]]
    """Your own notes, given back as they came: an object of at most 50 keys and 8 KiB."""
    payer: NotRequired[PayerRequest]
    """Who pays."""
    receipt: NotRequired[dict[str, str]]
    """Lines for the gateway's receipt by name, at most three, where the gateway prints them."""
    reference: str
    """
    Your own name for the order, unique among your orders: 1 to 128 characters. Sending the same
    order again answers the order you have.
    """
    return_url: NotRequired[str | None]
    """
    Where the customer goes afterwards, by themselves once the order is paid or over: an http or https address, or
    one of an app's own scheme that the shop file declares.
    """
    tax: NotRequired[int | None]
    """Tax that comes on top of the items, in minor units."""
    title: NotRequired[str | None]
    """What the customer reads: 1 to 200 characters; “Order” and the reference when left out."""


class Payment(TypedDict):
    """One attempt to pay an order."""

    account: str
    """The gateway account."""
    checked_at: NotRequired[str | None]
    """When the gateway was last asked about it."""
    created_at: str
    """When it was asked for."""
    declared_fee: NotRequired[Money | None]
    failure: NotRequired[PaymentFailure | None]
    fee: NotRequired[Money | None]
    gateway: str
    """The gateway it goes through."""
    id: str
    """Its identifier."""
    payment_url: NotRequired[str | None]
    """Where the customer pays, while they can."""
    receipt: NotRequired[Receipt | None]
    reference: NotRequired[str | None]
    """The reference by which the gateway knows it."""
    status: Literal['opening', 'open', 'processing', 'unknown', 'paid', 'failed', 'expired', 'cancelled']
    """`opening`, `open`, `processing`, `unknown`, `paid`, `failed`, `expired` or `cancelled`."""


class PaymentAccount(TypedDict):
    """A way to pay."""

    gateway_account: str
    """The gateway account, by name, that payments go through; `auto` follows the merchant's routes."""
    id: NotRequired[int | None]
    """Its number; its position in the list, from 1 on, when left out."""
    identifier: str
    """Its marker, such as `cash`."""
    title: NotRequired[Text]
    """What it is called."""
    used: NotRequired[bool]
    """Whether fronts are told of it and orders may use it."""


class Product(TypedDict):
    """A product."""

    attributes: NotRequired[dict[str, Attribute]]
    """More about it, by marker."""
    categories: NotRequired[list[str]]
    """Pages of the shop that it is on."""
    id: int
    """Its number, from 1 on."""
    image: NotRequired[str | None]
    """Address of a picture."""
    price: int
    """The price of one, in minor units of the project's currency."""
    sku: NotRequired[str | None]
    """The shop's own article number."""
    status: NotRequired[str | None]
    """A status of the shop's own, such as `in_stock`."""
    title: Text
    """What it is called."""
    visible: NotRequired[bool]
    """Whether customers see it and can order it."""


class ProductPage(TypedDict):
    """A page of products."""

    data: list[Product]
    """The products by number, hidden ones too."""
    has_more: bool
    """Whether there are more: ask again with `cursor` set to the last number."""


class Provider(TypedDict):
    """A way to sign up and sign in."""

    access_token_ttl: NotRequired[int]
    """How long an access token serves, in seconds."""
    activation: NotRequired[bool]
    """
    Whether a new customer must prove the address by a code before signing in. Without it a stranger
    can find out who is registered here.
    """
    code_length: NotRequired[int]
    """How many digits a code has, 4 to 12."""
    code_ttl: NotRequired[int]
    """How long a code serves, in seconds."""
    form: str
    """The form that customers fill in to sign up."""
    id: NotRequired[int | None]
    """Its number; its position in the list, from 1 on, when left out."""
    identifier: str
    """Its marker, such as `email`."""
    refresh_token_ttl: NotRequired[int]
    """How long a customer stays signed in without coming back, in seconds."""
    require_device_metadata: NotRequired[bool]
    """Whether a call without `x-device-metadata` is refused. Older SDKs never send it."""
    title: NotRequired[Text]
    """What it is called."""


class RefundPage(TypedDict):
    """A page of refunds."""

    data: list[ListedRefund]
    """The refunds, newest first."""
    has_more: bool
    """Whether there are older ones: ask again with `cursor` set to the last identifier."""


class RefundRequest(TypedDict):
    """What a customer asks to have paid back."""

    amount: Money
    """What it cost."""
    closed_at: NotRequired[str | None]
    """When it was closed."""
    created_at: str
    """When it was made."""
    customer: NotRequired[int | None]
    """The number by which the shop front knows the customer, if a registered one asks."""
    note: str
    """The customer's words."""
    number: int
    """Its number."""
    order: str
    """The order."""
    order_number: NotRequired[int | None]
    """The number by which the shop front knows that order, if one made it."""
    products: list[ReturnedMoney]
    """What is given back."""
    status: Literal['requested', 'cancelled', 'granted', 'declined']
    """`requested`, `cancelled` by the customer, or `granted` or `declined` by you."""


class RefundRequestPage(TypedDict):
    """A page of requests."""

    data: list[RefundRequest]
    """The requests, newest first."""
    has_more: bool
    """Whether there are older ones: ask again with `cursor` set to the last number."""


class Status(TypedDict):
    """What a storage calls some of the states of an order."""

    identifier: str
    """Its marker, such as `inProgress`."""
    title: NotRequired[Text]
    """What it is called."""
    when: list[Literal['pending', 'failed', 'paid', 'fulfilled', 'expired', 'cancelled']]
    """The states it stands for: `pending`, `failed`, `paid`, `fulfilled`, `expired`, `cancelled`."""


class Storage(TypedDict):
    """What orders are put into."""

    accounts: list[str]
    """The ways to pay, by marker."""
    expires_in: NotRequired[int | None]
    """
    After how many seconds an unpaid order expires, 60 to 2592000; a day when left out, or as long as its way to
    pay takes.
    """
    form: str
    """The form that goes with an order."""
    id: NotRequired[int | None]
    """Its number; its position in the list, from 1 on, when left out."""
    identifier: str
    """Its marker, such as `orders`."""
    statuses: NotRequired[list[Status]]
    """What the states of an order are called here; Guichet's own words when left out."""
    title: NotRequired[Text]
    """What it is called."""


class BookCorrection(TypedDict):
    """What came to a line of a closed day later, or left it; less than nothing where it left."""

    declared_fees: Money
    """Of the fees that you declare."""
    net: Money
    """Of what is left of it all."""
    paid: CountedCash
    """Of the payments that paid an order."""
    refunds: CountedCash
    """Of what went back."""
    told_fees: Money
    """Of the fees that the gateway tells."""
    unfit: CountedCash
    """Of the money that paid no order."""
    unpaid: int
    """Of the payments that ended without money."""


class BookLine(TypedDict):
    """A line of the book."""

    account: str
    """The gateway account."""
    account_name: NotRequired[str | None]
    """Your name for that account."""
    average_seconds_to_pay: NotRequired[int | None]
    """
    How long the payments that paid an order took on average, from being asked for to their money being seen, in
    seconds; null where there is none.
    """
    closed: bool
    """Whether somebody closed the day. The sums above are as the orders make them now all the same."""
    correction: NotRequired[BookCorrection | None]
    currency: str
    """ISO 4217 code."""
    day: str
    """The day in your shop's time zone."""
    declared_fees: Money
    """What it keeps by what you declare of the account, where it does not say."""
    gateway: str
    """The gateway."""
    net: Money
    """What came, less the fees, less what went back."""
    paid: CountedCash
    """The payments that paid an order, on the day when their money was seen."""
    refunds: CountedCash
    """What went back, on the day when that was recorded."""
    told_fees: Money
    """What the gateway says that it keeps for itself."""
    unfit: CountedCash
    """Money that paid no order: it came late, twice, or was another amount."""
    unpaid: int
    """How many payments ended without money."""


BookPage = TypedDict(
    'BookPage',
    {
        'data': list[BookLine],
        'from': str,
        'to': str,
    },
)


class ClosedDay(TypedDict):
    """A day that is closed."""

    closed_at: str
    """When it was closed."""
    data: list[BookLine]
    """Its lines, as they were closed."""
    day: str
    """The day."""


class Order(TypedDict):
    """An order."""

    amount: int
    """
    What is to be paid, in minor units of the currency by ISO 4217: centimes of a dinar, whole
    CFA francs.
    """
    amount_decimal: str
    """The same amount for people."""
    checkout_url: str
    """The hosted page where the customer chooses how to pay."""
    created_at: str
    """When it was made."""
    currency: str
    """ISO 4217 code."""
    discount: int
    """What was taken off the lines, in minor units."""
    environment: Literal['test', 'live']
    """`test` or `live`."""
    expires_at: str
    """When it stops waiting for money."""
    held: list[HeldMoney]
    """Money that does not fit."""
    id: str
    """Its identifier."""
    included_tax: int
    """The tax that the lines hold already, in minor units."""
    items: list[Item]
    """The lines that add up to it, less the discount and with the tax."""
    metadata: dict[str, Any]
    """The shop's own notes."""
    needs_you: bool
    """Whether some of that waits for a person."""
    paid_at: NotRequired[str | None]
    """When a check saw the money; of an order that asks for nothing, when it was made."""
    paid_late: bool
    """Whether the money came after the order had expired or been cancelled."""
    payer: Payer
    """Who pays."""
    payment_link: NotRequired[str | None]
    """The payment link at which it was made, if it was at one."""
    payment_url: NotRequired[str | None]
    """Where to send the customer now: the gateway's page of the newest payment that can be paid."""
    payments: list[Payment]
    """The attempts to pay it, oldest first."""
    reference: str
    """The shop's own name for it."""
    refunds: list[Refund]
    """What went back to the payer, as it was recorded, oldest first."""
    return_url: NotRequired[str | None]
    """Where the customer goes afterwards."""
    status: Literal['pending', 'failed', 'paid', 'fulfilled', 'expired', 'cancelled']
    """`pending`, `failed`, `paid`, `fulfilled`, `expired` or `cancelled`."""
    status_url: str
    """The hosted page that tells the customer where the order stands."""
    tax: int
    """The tax that was added to the lines, in minor units."""
    title: str
    """What the customer reads on the gateway's page."""
    version: int
    """Grows by one with every change."""


class OrderPage(TypedDict):
    """A page of orders."""

    data: list[Order]
    """The orders, newest first."""
    has_more: bool
    """Whether there are older ones: ask again with `cursor` set to the last identifier."""


class Project(TypedDict):
    """What a merchant's shop front is made of."""

    accounts: NotRequired[list[PaymentAccount]]
    """How orders may be paid."""
    currency: str
    """ISO 4217 code of the currency in which everything is sold, in the spelling that fronts are shown."""
    forms: NotRequired[list[Form]]
    """What customers fill in."""
    locales: NotRequired[list[Locale]]
    """The languages of the front, the default one first."""
    providers: NotRequired[list[Provider]]
    """How customers sign up and sign in."""
    return_url: NotRequired[str | None]
    """
    Where customers go after they have paid; the status page of the order when left out. Live orders
    only lead back to an origin that the merchant declared.
    """
    storages: NotRequired[list[Storage]]
    """What orders are put into."""


class WebhookEvent(TypedDict):
    """An event as it is sent."""

    data: NotRequired[Order | None]
    id: str
    """Its identifier, also the `webhook-id`. It stays the same at every try: keep the ones that you have handled."""
    order: NotRequired[str]
    """The order it is about."""
    payment: NotRequired[str]
    """The payment it is about."""
    timestamp: str
    """When."""
    type: Literal['order.created', 'order.revised', 'payment.opening', 'payment.opened', 'payment.tied', 'payment.unknown', 'payment.processing', 'payment.called_back', 'payment.trouble', 'payment.paid', 'payment.failed', 'payment.expired', 'payment.cancelled', 'order.failed', 'order.reopened', 'order.paid', 'order.expired', 'order.cancelled', 'order.fulfilled', 'order.needs_you', 'order.resolved', 'order.refunded', 'order.refund_withdrawn', 'endpoint.test']
    """What happened. Take types that you do not know: there will be more."""
    why: str
    """The evidence, as a sentence."""


class Event(TypedDict):
    """Something that happened to an order."""

    data: NotRequired[Order | None]
    id: str
    """Its identifier, also the `webhook-id` of what is sent about it."""
    new: NotRequired[str | None]
    """The state after."""
    old: NotRequired[str | None]
    """The state before, where one changed."""
    order: NotRequired[str | None]
    """The order it is about."""
    payment: NotRequired[str | None]
    """The payment it is about."""
    sequence: int
    """Its index in the order's journal, from 1."""
    timestamp: str
    """When."""
    type: Literal['order.created', 'order.revised', 'payment.opening', 'payment.opened', 'payment.tied', 'payment.unknown', 'payment.processing', 'payment.called_back', 'payment.trouble', 'payment.paid', 'payment.failed', 'payment.expired', 'payment.cancelled', 'order.failed', 'order.reopened', 'order.paid', 'order.expired', 'order.cancelled', 'order.fulfilled', 'order.needs_you', 'order.resolved', 'order.refunded', 'order.refund_withdrawn']
    """What happened. Take types that you do not know: there will be more."""
    why: str
    """The evidence, as a sentence."""


class EventPage(TypedDict):
    """A page of events."""

    archived: NotRequired[Archived | None]
    data: list[Event]
    """The events, oldest first."""
    has_more: bool
    """Whether there are more."""
