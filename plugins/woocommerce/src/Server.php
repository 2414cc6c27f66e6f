<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

use Guichet\ConnectionFailed;
use Guichet\Guichet;
use Guichet\GuichetError;

/** The Guichet server of the shop, asked for one order at a time. */
final class Server
{
    /** Guichet waits 15 seconds for the answer to a webhook, so what is asked within one is asked for less, repetitions included. */
    private const TIMEOUT_S = 5;
    /** A check asks gateways, which take their time. */
    private const CHECK_TIMEOUT_S = 12;

    /** Calls that are made again once when they did not get through. */
    public static function client(Settings $settings, int $timeoutS = self::TIMEOUT_S, int $retries = 1): Guichet
    {
        return new Guichet($settings->url, $settings->apiKey, new WordPressTransport($timeoutS), $retries);
    }

    /**
     * An order as Guichet has it now; nothing where it has no such order.
     *
     * @return array<string, mixed>|null
     */
    public static function find(Settings $settings, GuichetOrder $wanted): ?array
    {
        $orders = self::client($settings)->orders;
        try {
            // Without an identifier nobody knows whether the answer to its making was lost; the reference tells.
            $there = $wanted->id !== null
                ? $orders->retrieve($wanted->id)
                : $orders->list(['reference' => $wanted->reference])->data[0] ?? null;
        } catch (GuichetError $error) {
            return $error->problemCode === 'not_found' ? null : throw $error;
        }
        return $there === null ? null : self::order($there);
    }

    /**
     * An answer that must be an order. A proxy may answer 200 with a page of its own.
     *
     * @param array<string, mixed> $answer
     * @return array<string, mixed>
     */
    public static function order(array $answer): array
    {
        return isset($answer['id'], $answer['status'], $answer['checkout_url'])
            ? $answer
            : throw new ConnectionFailed('What answered is not Guichet.');
    }

    /**
     * The same after Guichet has asked the gateways, where it can at this moment.
     *
     * @return array<string, mixed>|null
     */
    public static function check(Settings $settings, GuichetOrder $wanted): ?array
    {
        $there = self::find($settings, $wanted);
        if ($there === null || !Verdict::mayStillBePaid($there)) {
            return $there;
        }
        try {
            return self::order(self::client($settings, self::CHECK_TIMEOUT_S, 0)->orders->check((string) $there['id']));
        } catch (\RuntimeException $error) {
            // Guichet asks by itself all the time: what it knew a moment ago is no worse.
            Log::debug("No check of {$there['id']} was made: " . Trouble::told($error));
            return $there;
        }
    }
}
