<?php

declare(strict_types=1);

namespace Guichet;

use Psr\Http\Client\ClientExceptionInterface;
use Psr\Http\Client\ClientInterface;
use Psr\Http\Message\RequestFactoryInterface;
use Psr\Http\Message\StreamFactoryInterface;

/** Requests by a PSR-18 client of yours, with its proxy, its certificates and its timeouts. */
final class Psr18Transport implements Transport
{
    public function __construct(
        private readonly ClientInterface $client,
        private readonly RequestFactoryInterface $requests,
        private readonly StreamFactoryInterface $streams,
    ) {
    }

    public function send(string $method, string $url, array $headers, ?string $body): Answer
    {
        $request = $this->requests->createRequest($method, $url);
        foreach ($headers as $name => $value) {
            $request = $request->withHeader($name, $value);
        }
        if ($body !== null) {
            $request = $request->withBody($this->streams->createStream($body));
        }
        try {
            $response = $this->client->sendRequest($request);
            $text = (string) $response->getBody();
        } catch (ClientExceptionInterface | \RuntimeException $error) {
            throw new ConnectionFailed("No answer to $method $url came.", 0, $error);
        }
        $answered = [];
        foreach (array_keys($response->getHeaders()) as $name) {
            $answered[strtolower((string) $name)] = $response->getHeaderLine((string) $name);
        }
        return new Answer($response->getStatusCode(), $answered, $text);
    }
}
