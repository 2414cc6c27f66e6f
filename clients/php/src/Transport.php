<?php

declare(strict_types=1);

namespace Guichet;

/** What makes one request, and follows no redirect. */
interface Transport
{
    /**
     * @param array<string, string> $headers
     * @throws ConnectionFailed No answer came.
     */
    public function send(string $method, string $url, array $headers, ?string $body): Answer;
}
