<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

use Guichet\Answer;
use Guichet\ConnectionFailed;
use Guichet\GuichetError;
use Guichet\Transport;

/** Requests as WordPress makes them: with its proxy, its certificates, and its rules about which addresses may be called. */
final class WordPressTransport implements Transport
{
    /** The most that is read of an answer, in bytes. */
    private const MOST_BYTES = 4_194_304;

    /** How long to wait before a call is made again, in seconds. */
    private const MOST_PATIENCE_S = 1;

    /** @param int $timeoutS How long one try may take, in seconds. */
    public function __construct(private readonly int $timeoutS)
    {
    }

    public function send(string $method, string $url, array $headers, ?string $body): Answer
    {
        $answer = wp_remote_request($url, [
            'method' => $method,
            'headers' => $headers,
            'body' => $body,
            'timeout' => $this->timeoutS,
            'redirection' => 0,
            'limit_response_size' => self::MOST_BYTES,
        ]);
        if (is_wp_error($answer)) {
            throw new ConnectionFailed("No answer to $method $url came: " . rtrim($answer->get_error_message(), '.') . '.');
        }
        $status = (int) wp_remote_retrieve_response_code($answer);
        $text = wp_remote_retrieve_body($answer);
        if ($status >= 200 && $status < 300 && $text !== '' && !is_array(json_decode($text, true))) {
            // A proxy, or the site itself, may answer anything with a page of its own.
            throw new GuichetError($status, ['detail' => "What answers at $url is not Guichet."], []);
        }
        $said = [];
        foreach (wp_remote_retrieve_headers($answer) as $name => $value) {
            $said[strtolower((string) $name)] = is_array($value) ? implode(', ', $value) : (string) $value;
        }
        if (($said['retry-after'] ?? '') !== '') {
            // The client waits that long. Nobody in front of a page does, and no webhook may: what is not done now is done later.
            $said['retry-after'] = (string) min(self::MOST_PATIENCE_S, (int) $said['retry-after']);
        }
        return new Answer($status, $said, $text);
    }
}
