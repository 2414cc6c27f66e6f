<?php

// What a shop does with the PHP client, against a real server.

declare(strict_types=1);

use Guichet\Answer;
use Guichet\ConnectionFailed;
use Guichet\CurlTransport;
use Guichet\Guichet;
use Guichet\GuichetError;
use Guichet\Psr18Transport;
use Guichet\WebhookInvalid;
use Guichet\Transport;
use Guichet\Webhook;

require getenv('CLIENT') . '/autoload.php';

const ORDER = ['amount' => 250_000, 'currency' => 'DZD'];

function same(mixed $expected, mixed $found, string $about = ''): void
{
    if ($expected !== $found) {
        throw new LogicException("$about: expected " . var_export($expected, true) . ', found ' . var_export($found, true));
    }
}

/** What it throws. */
function thrown(string $class, callable $try): Throwable
{
    try {
        $try();
    } catch (Throwable $error) {
        return $error instanceof $class ? $error : throw $error;
    }
    throw new LogicException("$class was not thrown");
}

function shop(?Transport $transport = null, ?string $key = null): Guichet
{
    return new Guichet(getenv('GUICHET') . '/', $key ?? getenv('KEY'), $transport, 2);
}

/** A connection that does this first, and keeps the idempotency keys. */
final class Unreliable implements Transport
{
    /** @var list<string|null> */
    public array $seen = [];
    private readonly Transport $usual;

    public function __construct(private readonly Closure $first)
    {
        $this->usual = new CurlTransport();
    }

    public function send(string $method, string $url, array $headers, ?string $body): Answer
    {
        $this->seen[] = $headers['idempotency-key'] ?? null;
        $usual = fn (): Answer => $this->usual->send($method, $url, $headers, $body);
        return count($this->seen) === 1 ? ($this->first)($usual) : $usual();
    }
}

function lifeOfAnOrder(?Transport $transport, string $reference): void
{
    $shop = shop($transport);
    $made = $shop->orders->create(['reference' => $reference, 'metadata' => ['cart' => 7], 'title' => 'Café à emporter'] + ORDER);
    same('pending', $made['status']);
    same(['cart' => 7], $made['metadata']);
    same('Café à emporter', $made['title']);
    $opened = $shop->orders->openPayment($made['id'], ['gateway' => 'ocpay']);
    same('http', substr($opened['payment_url'], 0, 4));
    same($made['id'], $shop->orders->retrieve($made['id'])['id']);
    same([$made['id']], array_column($shop->orders->list(['reference' => $reference, 'needs_you' => false])->data, 'id'));
    same('cancelled', $shop->orders->cancel($made['id'])['status']);
    same(true, in_array('order.cancelled', array_column($shop->orders->events($made['id'])['data'], 'type'), true));
    same('pending', $shop->orders->reopen($made['id'])['status']);
}

$tests = [
    'an order is made, paid for, read, found and cancelled' => fn () => lifeOfAnOrder(null, 'php-1'),
    'the same through a client by PSR-18' => function (): void {
        require 'GuzzleHttp/autoload.php';
        $factory = new GuzzleHttp\Psr7\HttpFactory();
        lifeOfAnOrder(new Psr18Transport(new GuzzleHttp\Client(), $factory, $factory), 'php-psr');
        $nowhere = new Psr18Transport(new GuzzleHttp\Client(['base_uri' => '']), $factory, $factory);
        thrown(ConnectionFailed::class, fn () => $nowhere->send('GET', 'http://127.0.0.1:1/', [], null));
    },
    'what is empty stays what it is' => function (): void {
        same([], shop()->orders->create(['reference' => 'php-empty', 'metadata' => [], 'payer' => [], 'receipt' => []] + ORDER)['metadata']);
    },
    'a list goes on by itself' => function (): void {
        foreach (range(0, 4) as $number) {
            shop()->orders->create(['reference' => "php-page-$number"] + ORDER);
        }
        $seen = [];
        foreach (shop()->orders->list(['limit' => 2, 'q' => 'php-page']) as $order) {
            $seen[] = $order['reference'];
        }
        same(array_map(fn (int $number): string => "php-page-$number", [4, 3, 2, 1, 0]), $seen);
    },
    'an error says what was wrong, where, and under which name the log has it' => function (): void {
        $error = thrown(GuichetError::class, fn () => shop()->orders->create(['reference' => 'php-bad', 'amount' => -1, 'currency' => 'DZD']));
        same([422, 'amount_out_of_range', 'amount'], [$error->status, $error->problemCode, $error->field]);
        same(true, $error->requestId !== null && strlen($error->getMessage()) > 20);
        $error = thrown(GuichetError::class, fn () => shop(null, 'sk_test_nobody')->orders->list());
        same([401, 'key_unknown'], [$error->status, $error->problemCode]);
        thrown(InvalidArgumentException::class, fn () => shop(null, 'secret'));
    },
    'what got lost on the way is asked for again, and happens once' => function (): void {
        $lost = new Unreliable(function (Closure $usual): Answer {
            $usual();
            throw new ConnectionFailed('The connection broke off.');
        });
        $made = shop($lost)->orders->create(['reference' => 'php-lost'] + ORDER);
        same(2, count($lost->seen));
        same(true, $lost->seen[0] !== null && $lost->seen[0] === $lost->seen[1], 'under the same key');
        same($made['id'], shop()->orders->list(['reference' => 'php-lost'])->data[0]['id']);
        $busy = new Unreliable(fn (): Answer => new Answer(503, ['retry-after' => '0'], 'away'));
        shop($busy)->orders->create(['reference' => 'php-busy'] + ORDER);
        same(2, count($busy->seen));
    },
    'what must not happen twice is not asked for again' => function (): void {
        $away = new Unreliable(fn (): Answer => throw new ConnectionFailed('Nobody is there.'));
        thrown(ConnectionFailed::class, fn () => shop($away)->webhookEndpoints->rotateSecret('whe_x'));
        same(1, count($away->seen));
        $refused = new Unreliable(fn (): Answer => new Answer(409, [], '{"code":"reference_taken","detail":"Taken."}'));
        $error = thrown(GuichetError::class, fn () => shop($refused)->orders->create(['reference' => 'php-refused'] + ORDER));
        same(['reference_taken', 1], [$error->problemCode, count($refused->seen)]);
        thrown(ConnectionFailed::class, fn () => (new CurlTransport(2))->send('GET', 'http://127.0.0.1:1/', [], null));
    },
    'webhooks are verified' => function (): void {
        $server = stream_socket_server('tcp://127.0.0.1:0');
        $url = 'http://' . stream_socket_get_name($server, false) . '/hook';
        $endpoint = shop()->webhookEndpoints->create(['url' => $url, 'events' => ['order.*']]);
        $handler = pcntl_fork();
        if ($handler === 0) {
            // The handler of webhooks: another process, as a web server is.
            $connection = stream_socket_accept($server, 30);
            $headers = [];
            while (($line = trim((string) fgets($connection))) !== '') {
                if (str_contains($line, ': ')) {
                    [$name, $value] = explode(': ', $line, 2);
                    $headers[ucwords($name, '-')] = $value;
                }
            }
            $body = stream_get_contents($connection, (int) $headers['Content-Length']);
            file_put_contents(getenv('FOLDER') . '/came.json', json_encode([$headers, $body]));
            fwrite($connection, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
            exit(0);
        }
        $told = shop()->webhookEndpoints->test($endpoint['id']);
        pcntl_waitpid($handler, $status);
        same([true, 200, 'ok'], [$told['arrived'], $told['status_code'], $told['answer']]);
        [$headers, $body] = json_decode(file_get_contents(getenv('FOLDER') . '/came.json'), true);
        $secret = $endpoint['secret'];
        same('endpoint.test', Webhook::verify($secret, $headers, $body)['type']);
        $forged = [
            [$secret, $headers, "$body "],
            ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', $headers, $body],
            [$secret, ['Webhook-Id' => 'evt_other'] + $headers, $body],
            [$secret, ['Webhook-Signature' => ''] + $headers, $body],
            [$secret, ['Webhook-Signature' => 'v1,AAAA v2,x'] + $headers, $body],
            [$secret, ['Webhook-Timestamp' => '1e9'] + $headers, $body],
            [$secret, [], $body],
        ];
        foreach ($forged as $case) {
            thrown(WebhookInvalid::class, fn () => Webhook::verify(...$case));
        }
        $signedAt = (int) $headers['Webhook-Timestamp'];
        thrown(WebhookInvalid::class, fn () => Webhook::verify($secret, $headers, $body, now: $signedAt + 301));
        $rotated = ['Webhook-Signature' => ['v1,AAAA ' . $headers['Webhook-Signature']]] + $headers;
        same($headers['Webhook-Id'], Webhook::verify($secret, $rotated, $body)['id']);
        shop()->webhookEndpoints->delete($endpoint['id']);
    },
    'links, events, refunds and the book' => function (): void {
        $link = shop()->paymentLinks->create(['reference' => 'php-link', 'title' => 'Coffee', 'amount' => 90_000, 'currency' => 'DZD']);
        same('active', $link['status']);
        same($link['url'], shop()->paymentLinks->retrieve($link['id'])['url']);
        same([$link['id']], array_column(shop()->paymentLinks->list()->data, 'id'));
        same('ended', shop()->paymentLinks->end($link['id'])['status']);
        $first = shop()->events->list(['limit' => 1])->data[0]['id'];
        shop()->events->acknowledge($first);
        same(true, shop()->events->list(['limit' => 1])->data[0]['id'] !== $first);
        same([], shop()->refunds->list()->data);
        same(true, array_is_list(shop()->reports->days()['data']));
    },
];
foreach ($tests as $name => $test) {
    $test();
    echo "ok: $name\n";
}
