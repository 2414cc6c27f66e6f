<?php

declare(strict_types=1);

namespace Guichet;

/** A Guichet server, with the key of one shop. */
final class Guichet
{
    public readonly Orders $orders;
    public readonly PaymentLinks $paymentLinks;
    public readonly Refunds $refunds;
    public readonly Reports $reports;
    public readonly Events $events;
    public readonly WebhookEndpoints $webhookEndpoints;

    /**
     * @param string $baseUrl Where the server is, such as `https://pay.example`.
     * @param string $apiKey A secret key (`sk_…`) or a restricted one (`rk_…`). It belongs on a server, never in a page.
     * @param Transport|null $transport What makes requests; curl when left out, `Psr18Transport` for a client of yours.
     * @param int $retries How often a call that did not get through is made again, where that is safe.
     */
    public function __construct(
        string $baseUrl,
        #[\SensitiveParameter] string $apiKey,
        ?Transport $transport = null,
        int $retries = 3,
    ) {
        if (preg_match('/^[prs]k_(test|live)_/', $apiKey) !== 1) {
            throw new \InvalidArgumentException('$apiKey must be a key of Guichet, such as sk_test_….');
        }
        $caller = new Caller(rtrim($baseUrl, '/'), $apiKey, $transport ?? new CurlTransport(), $retries);
        $this->orders = new Orders($caller);
        $this->paymentLinks = new PaymentLinks($caller);
        $this->refunds = new Refunds($caller);
        $this->reports = new Reports($caller);
        $this->events = new Events($caller);
        $this->webhookEndpoints = new WebhookEndpoints($caller);
    }
}
