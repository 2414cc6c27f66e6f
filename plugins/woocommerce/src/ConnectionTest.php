<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

use Guichet\ConnectionFailed;
use Guichet\Guichet;
use Guichet\GuichetError;

/** Tries what is set, both ways: the shop asks Guichet for something, and has Guichet send it a test event. */
final class ConnectionTest
{
    private const FOUND = 'guichet_findings';
    private const TIMEOUT_S = 10;
    private const NO_ORDER = 'ord_00000000000000000000000000';

    private function __construct(private readonly Settings $settings)
    {
    }

    /** Tries it, and keeps what was found for the settings page. */
    public static function run(): void
    {
        $found = array_map(static fn (Finding $finding): array => $finding->row(), (new self(Settings::read()))->findings());
        update_option(self::FOUND, ['at' => time(), 'findings' => $found], false);
    }

    /** @return array{at: int, findings: list<array{code: string, good: bool, text: string}>}|null What was found last. */
    public static function last(): ?array
    {
        $last = get_option(self::FOUND);
        return is_array($last) ? $last : null;
    }

    public static function forget(): void
    {
        delete_option(self::FOUND);
    }

    /** @return list<Finding> */
    private function findings(): array
    {
        if ($this->settings->url === '') {
            return [Finding::bad('url_missing', __('Server: say where your Guichet server is.', 'guichet'))];
        }
        if ($this->settings->apiKey === '') {
            return [Finding::bad('key_missing', __('API key: give a key of this shop; “guichet key create” makes one.', 'guichet'))];
        }
        $guichet = Server::client($this->settings, self::TIMEOUT_S, 0);
        try {
            // An order that nobody has: a server that says so is Guichet, and knows the key.
            $guichet->orders->retrieve(self::NO_ORDER);
            $error = new GuichetError(200, [], []);
        } catch (GuichetError | ConnectionFailed $error) {
        }
        if (Trouble::code($error) !== 'not_found') {
            return [$this->unreached($error)];
        }
        $money = $this->settings->isTest()
            ? Finding::good('test_money', __('Guichet answers, and knows the key. It is a key for test money: nobody really pays.', 'guichet'))
            : Finding::good('live_money', __('Guichet answers, and knows the key. It is a key for real money.', 'guichet'));
        return [$money, $this->webhooks($guichet)];
    }

    private function unreached(\Throwable $error): Finding
    {
        $text = match (true) {
            /* translators: %s: what happened */
            $error instanceof ConnectionFailed => sprintf(__('Server: nobody answers there. Is the address right, and does the server run? %s', 'guichet'), $error->getMessage()),
            /* translators: %d: a status of HTTP */
            $error instanceof GuichetError && $error->problemCode === 'unknown' => sprintf(__('Server: what answers there (%d) is not Guichet. Is it the address of your shop, or of a proxy?', 'guichet'), $error->status),
            /* translators: %s: what the server said */
            default => sprintf(__('API key: Guichet refuses it. %s', 'guichet'), $error->getMessage()),
        };
        return Finding::bad(Trouble::code($error) === 'unknown' ? 'not_guichet' : Trouble::code($error), $text);
    }

    private function webhooks(Guichet $guichet): Finding
    {
        if ($this->settings->webhookSecret === '') {
            return Finding::bad('secret_missing', __('Webhook secret: give the signing secret of the endpoint. Until then an order is found paid when the customer comes back, or some minutes later.', 'guichet'));
        }
        try {
            foreach ($guichet->webhookEndpoints->list()['data'] as $endpoint) {
                if ($endpoint['url'] === WebhookRoute::address()) {
                    return $this->tried($guichet->webhookEndpoints->test($endpoint['id']));
                }
            }
        } catch (GuichetError $error) {
            if ($error->problemCode === 'key_not_permitted') {
                return Finding::good('endpoint_unseen', __('Webhooks: this key may not look at them. Send a test from the back office of Guichet.', 'guichet'));
            }
            /* translators: %s: what the server said */
            return Finding::bad(Trouble::code($error), sprintf(__('Webhooks: Guichet says: %s', 'guichet'), $error->getMessage()));
        } catch (ConnectionFailed $error) {
            /* translators: %s: what happened */
            return Finding::bad('no_answer', sprintf(__('Webhooks: the test event got no answer. %s', 'guichet'), $error->getMessage()));
        }
        return Finding::bad('endpoint_missing', __('Webhooks: no endpoint in Guichet leads to the address on this page. Make one, with the events order.*, and give its secret here.', 'guichet'));
    }

    /** @param array<string, mixed> $told What came of the test event. */
    private function tried(array $told): Finding
    {
        if ($told['arrived'] === true) {
            return Finding::good('webhook_arrived', __('Webhooks: a test event came from Guichet, rightly signed.', 'guichet'));
        }
        if (($told['status_code'] ?? null) === 401) {
            return Finding::bad('webhook_refused', __('Webhook secret: the test event came, signed with another secret. Give the secret of the endpoint that leads here.', 'guichet'));
        }
        /* translators: %s: what happened */
        return Finding::bad('webhook_lost', sprintf(__('Webhooks: Guichet could not bring a test event here: %s. Can your Guichet server reach this site?', 'guichet'), $told['outcome']));
    }
}
