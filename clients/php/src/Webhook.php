<?php

declare(strict_types=1);

namespace Guichet;

/** Webhooks: whether one is the server's, and what it says. */
final class Webhook
{
    /**
     * The event in a webhook, once it is known to be the server's.
     *
     * @param array<string, string|list<string>> $headers As `getallheaders()` or a PSR-7 request has them.
     * @param string $body What came, before anything read it: `file_get_contents('php://input')`.
     * @return array<string, mixed>
     * @throws WebhookInvalid It is not, or it is more than `$toleranceS` seconds old or early.
     */
    public static function verify(
        #[\SensitiveParameter] string $secret,
        array $headers,
        string $body,
        int $toleranceS = 300,
        ?int $now = null,
    ): array {
        $given = array_change_key_case($headers);
        $id = self::header($given, 'webhook-id');
        $timestamp = self::header($given, 'webhook-timestamp');
        $signatures = self::header($given, 'webhook-signature');
        if (!ctype_digit($timestamp) || abs(($now ?? time()) - (int) $timestamp) > $toleranceS) {
            throw new WebhookInvalid('The webhook is too old, or from a clock that is ahead.');
        }
        $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", self::key($secret), true));
        foreach (explode(' ', $signatures) as $signature) {
            if (hash_equals($expected, $signature)) {
                return self::event($body);
            }
        }
        throw new WebhookInvalid('No signature of the webhook is right: is it the secret of this endpoint?');
    }

    /** @return array<string, mixed> */
    private static function event(string $body): array
    {
        $said = json_decode($body, true);
        $wrong = 'The webhook is rightly signed, but no event.';
        return is_array($said) && isset($said['type']) ? $said : throw new WebhookInvalid($wrong);
    }

    /** @param array<string, string|list<string>> $headers */
    private static function header(array $headers, string $name): string
    {
        $value = $headers[$name] ?? '';
        $text = is_array($value) ? (string) ($value[0] ?? '') : $value;
        return $text !== '' ? $text : throw new WebhookInvalid("The header $name of the webhook is missing.");
    }

    private static function key(#[\SensitiveParameter] string $secret): string
    {
        $key = base64_decode(preg_replace('/^whsec_/', '', $secret) ?? '', true);
        $wrong = '$secret must be a signing secret of a webhook endpoint, such as whsec_….';
        return $key !== false && $key !== '' ? $key : throw new \InvalidArgumentException($wrong);
    }
}
