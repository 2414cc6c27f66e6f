<?php

declare(strict_types=1);

namespace Guichet;

/** Requests by PHP's own curl: no package is needed. */
final class CurlTransport implements Transport
{
    private ?\CurlHandle $handle = null;

    /** @param int $timeoutS How long one try may take, in seconds. */
    public function __construct(private readonly int $timeoutS = 30)
    {
    }

    public function send(string $method, string $url, array $headers, ?string $body): Answer
    {
        // One handle keeps its connection for the next call.
        $this->handle ??= curl_init();
        curl_reset($this->handle);
        $answered = [];
        $lines = array_map(static fn (string $name, string $value): string => "$name: $value", array_keys($headers), $headers);
        curl_setopt_array($this->handle, [
            CURLOPT_URL => $url,
            CURLOPT_CUSTOMREQUEST => $method,
            // Without the last, curl would ask whether it may send a long body, and wait for that.
            CURLOPT_HTTPHEADER => [...$lines, 'expect:'],
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_CONNECTTIMEOUT => min(10, $this->timeoutS),
            CURLOPT_TIMEOUT => $this->timeoutS,
            CURLOPT_HEADERFUNCTION => static function (\CurlHandle $handle, string $line) use (&$answered): int {
                if (str_starts_with($line, 'HTTP/')) {
                    $answered = [];
                } elseif (str_contains($line, ':')) {
                    [$name, $value] = explode(':', $line, 2);
                    $answered[strtolower(trim($name))] = trim($value);
                }
                return strlen($line);
            },
        ] + ($body === null ? [] : [CURLOPT_POSTFIELDS => $body]));
        $text = curl_exec($this->handle);
        if (!is_string($text)) {
            throw new ConnectionFailed("No answer to $method $url came: " . curl_error($this->handle) . '.');
        }
        return new Answer(curl_getinfo($this->handle, CURLINFO_RESPONSE_CODE), $answered, $text);
    }
}
