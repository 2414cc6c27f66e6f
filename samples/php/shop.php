<?php

// A shop of one product, paid through Guichet: php -S 127.0.0.1:3000 shop.php

declare(strict_types=1);

require __DIR__ . '/client/autoload.php';

use Guichet\{Guichet, Webhook, WebhookInvalid};

const PACKED = __DIR__ . '/packed';
is_dir(PACKED) || mkdir(PACKED);

$guichet = new Guichet(getenv('GUICHET_URL'), getenv('GUICHET_API_KEY'));
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
match (true) {
    $path === '/' => page('Dates, 1 kg: 2,500 DA', '<form method="post" action="/buy"><button>Buy</button></form>'),
    $path === '/buy' => buy($guichet),
    $path === '/webhooks' => webhook(),
    str_starts_with($path, '/orders/') => order($guichet, rawurldecode(basename($path))),
    str_starts_with($path, '/packed/') => print timesPacked(rawurldecode(basename($path))),
    default => http_response_code(404),
};

// The customer buys: an order is made, and the customer sent to where it can be paid.
function buy(Guichet $guichet): void
{
    $reference = 'ORD-' . bin2hex(random_bytes(6));
    $order = $guichet->orders->create([
        'reference' => $reference,
        'amount' => 250_000, // 2,500.00 dinars
        'currency' => 'DZD',
        'title' => 'Dates, 1 kg',
        'return_url' => "http://{$_SERVER['HTTP_HOST']}/orders/$reference",
    ]);
    header("Location: {$order['checkout_url']}", true, 303);
}

// The customer comes back. What the address says is believed of nobody: Guichet knows.
function order(Guichet $guichet, string $reference): void
{
    $order = $guichet->orders->list(['reference' => $reference])->data[0] ?? null;
    match ($order['status'] ?? 'unknown') {
        'unknown' => http_response_code(404),
        'paid', 'fulfilled' => page('Paid. Thank you!', 'We are packing your dates.'),
        'pending', 'failed' => page('Not paid yet', "<a href=\"{$order['checkout_url']}\">Pay</a>"),
        default => page('Closed unpaid', '<a href="/">Start again</a>'),
    };
}

// Guichet tells what happened, more than once if need be, and nobody else does.
function webhook(): void
{
    try {
        $event = Webhook::verify(getenv('GUICHET_WEBHOOK_SECRET'), getallheaders(), file_get_contents('php://input'));
    } catch (WebhookInvalid) {
        http_response_code(401);
        return;
    }
    if ($event['type'] === 'order.paid' && isset($event['data']['reference'])) {
        pack_once($event['data']['reference']);
    }
    http_response_code(204);
}

function pack_once(string $reference): void
{
    // A file can be made once: however often the event comes, the goods are packed once.
    if (@fopen(PACKED . '/' . rawurlencode($reference), 'x') !== false) {
        file_put_contents(PACKED . '/.list', "$reference\n", FILE_APPEND | LOCK_EX);
    }
}

// For `guichet webhook certify --count`.
function timesPacked(string $reference): int
{
    $list = is_file(PACKED . '/.list') ? file(PACKED . '/.list', FILE_IGNORE_NEW_LINES) : [];
    return count(array_keys($list, $reference, true));
}

function page(string $title, string $html): void
{
    echo "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>$title</title>";
    echo "<h1>$title</h1><p>$html</p>";
}
