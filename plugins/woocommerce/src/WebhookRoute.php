<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

use Guichet\Webhook;
use Guichet\WebhookInvalid;

/**
 * Where Guichet tells what happened: `?wc-api=guichet`. It is a route of WooCommerce's and none of the REST API, because it works
 * with every form of permalinks, and where a site has closed its REST API to strangers.
 *
 * 2xx says that the event is done with, and Guichet sends it no more. Anything else brings it again.
 */
final class WebhookRoute
{
    public const ROUTE = 'guichet';

    public static function address(): string
    {
        return WC()->api_request_url(self::ROUTE);
    }

    public static function serve(): never
    {
        [$status, $text] = self::answer($_SERVER['REQUEST_METHOD'] ?? 'GET', self::headers(), (string) file_get_contents('php://input'));
        status_header($status);
        header('Content-Type: text/plain; charset=utf-8');
        if ($status === 503) {
            header('Retry-After: 5');
        }
        exit($text);
    }

    /**
     * @param array<string, string> $headers
     * @return array{int, string} A status, and what stands in Guichet's log of the delivery.
     */
    private static function answer(string $method, array $headers, string $body): array
    {
        if ($method !== 'POST') {
            return [405, 'Guichet sends events here by POST.'];
        }
        $secret = Settings::read()->webhookSecret;
        if ($secret === '') {
            return [503, 'The shop has no webhook secret yet: WooCommerce, Settings, Payments, Guichet.'];
        }
        try {
            $event = Webhook::verify($secret, $headers, $body);
        } catch (WebhookInvalid $error) {
            Log::error("A webhook was refused: {$error->getMessage()}");
            return [401, $error->getMessage()];
        } catch (\InvalidArgumentException) {
            return [503, 'The webhook secret of the shop is none: WooCommerce, Settings, Payments, Guichet.'];
        }
        return self::handle($event);
    }

    /**
     * @param array<string, mixed> $event
     * @return array{int, string}
     */
    private static function handle(array $event): array
    {
        // What the event says only tells which order to ask about. Another shop of the same merchant may have an order of that number;
        // the one here knows which orders at Guichet were made for it.
        $said = $event['data']['metadata'] ?? null;
        $orderId = is_array($said) ? absint($said['woocommerce_order'] ?? 0) : 0;
        $id = $event['order'] ?? null;
        if ($orderId === 0 || !is_string($id)) {
            return [200, 'This event is about no order of this shop.'];
        }
        try {
            return match (Settlement::of($orderId, $id)) {
                Outcome::Busy => [503, 'The order is being worked on; send it again in a moment.'],
                Outcome::NotOurs => [200, 'The shop has no order that was made for this.'],
                Outcome::MoneyCame, Outcome::Waiting, Outcome::Closed => [200, 'Done.'],
            };
        } catch (\Throwable $error) {
            Log::error("On a webhook about order $orderId: " . Trouble::told($error));
            return [503, 'The shop could not ask Guichet about the order; send it again.'];
        }
    }

    /** @return array<string, string> */
    private static function headers(): array
    {
        $headers = [];
        foreach (['webhook-id', 'webhook-timestamp', 'webhook-signature'] as $name) {
            $headers[$name] = (string) wp_unslash($_SERVER['HTTP_' . strtoupper(strtr($name, '-', '_'))] ?? '');
        }
        return $headers;
    }
}
