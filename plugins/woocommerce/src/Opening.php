<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

use Guichet\ConnectionFailed;
use Guichet\Guichet;
use Guichet\GuichetError;

/** Finds where a customer pays for an order: takes up the order at Guichet that was made for it, or makes one. */
final class Opening
{
    /** How long the second click of two waits for the first, in seconds. */
    private const PATIENCE_S = 15;

    private readonly Settings $settings;

    public function __construct(private readonly string $orderReceived)
    {
        $this->settings = Settings::read();
    }

    /**
     * The address of the page where the order is paid.
     *
     * @throws Refusal It cannot be paid now.
     */
    public function addressFor(int $orderId): string
    {
        $lock = Lock::ofOrder($orderId, self::PATIENCE_S);
        if ($lock === null) {
            throw new Refusal(__('Somebody is paying for this order in another window. Please wait a moment, and try again.', 'guichet'));
        }
        try {
            $order = ShopOrders::fresh($orderId) ?? throw new Refusal(__('There is no such order.', 'guichet'));
            return $this->address($order);
        } catch (GuichetError | ConnectionFailed | \InvalidArgumentException $error) {
            Log::error("Order $orderId cannot be paid: " . Trouble::told($error));
            throw new Refusal(Trouble::forCustomer($error), 0, $error);
        } finally {
            $lock->release();
        }
    }

    private function address(\WC_Order $order): string
    {
        // Before anything is opened: what cannot be counted is asked of nobody.
        $owed = Amount::ofDecimal($order->get_total(), $order->get_currency());
        if ($order->is_paid() || $owed->minor <= 0) {
            return $this->orderReceived;
        }
        $current = GuichetOrder::current($order);
        if ($current === null) {
            return $this->make($order, GuichetOrder::next($order, $owed, 1));
        }
        $there = Server::find($this->settings, $current);
        if ($there === null) {
            // The answer to its making was lost on the way there; or the key is another shop's now, which knows nothing of it.
            $isLost = $current->id === null && $current->asked->equals($owed);
            return $this->make($order, $isLost ? $current : GuichetOrder::next($order, $owed, $current->number + 1));
        }
        if (in_array(Verdict::of($there, $current), [Verdict::Paid, Verdict::DoesNotFit, Verdict::Held], true)) {
            Settlement::enter($order, $current, $there);
            return $this->orderReceived;
        }
        return $current->asked->equals($owed) ? $this->takeUp($order, $current, $there) : $this->replace($order, $current, $there, $owed);
    }

    /** @param array<string, mixed> $there */
    private function takeUp(\WC_Order $order, GuichetOrder $current, array $there): string
    {
        if (in_array($there['status'], ['expired', 'cancelled'], true)) {
            try {
                // A key for each life of the order: its version grows with each.
                $key = "{$current->idempotencyKey($order)}-{$there['version']}";
                $there = $this->client()->orders->reopen($there['id'], ['expires_in' => $this->settings->expiresInS], $key);
            } catch (GuichetError $error) {
                if ($error->problemCode !== 'money_came') {
                    throw $error;
                }
                return $this->make($order, GuichetOrder::next($order, $current->asked, $current->number + 1));
            }
        }
        return $this->opened($order, $current, $there);
    }

    /**
     * The total has changed: the order at Guichet is called off, and another one made.
     *
     * @param array<string, mixed> $there
     */
    private function replace(\WC_Order $order, GuichetOrder $current, array $there, Amount $owed): string
    {
        if (Verdict::isUndecided($there)) {
            throw new Refusal(__('A payment of the earlier total may be on its way. So that you do not pay twice, please wait until it is decided.', 'guichet'));
        }
        if (in_array($there['status'], ['pending', 'failed'], true)) {
            $this->client()->orders->cancel($there['id']);
            /* translators: 1: an amount, 2: an identifier */
            $order->add_order_note(sprintf(__('The total changed: the payment of %1$s at Guichet was called off (%2$s).', 'guichet'), $current->asked->text(), $there['id']));
        }
        return $this->make($order, GuichetOrder::next($order, $owed, $current->number + 1));
    }

    private function make(\WC_Order $order, GuichetOrder $wanted): string
    {
        // Written down before it is asked for: if the answer is lost, the shop still knows under which name to look for it.
        $wanted->remember($order);
        $order->save();
        $request = new OrderRequest($order, $wanted, $this->settings);
        $key = $wanted->idempotencyKey($order);
        try {
            $there = $this->client()->orders->create($request->whole(), $key);
        } catch (GuichetError $error) {
            $there = $this->madeAfterAll($error, $wanted) ?? match (true) {
                // What is known of the payer only spares them typing: where it is wrong, the payment page asks for what it needs.
                str_starts_with((string) $error->field, 'payer') => $this->client()->orders->create($request->withoutPayer(), $key),
                default => throw $error,
            };
        }
        return $this->opened($order, $wanted, $there);
    }

    /**
     * The order that a try of before made, with other words but for the same amount.
     *
     * @return array<string, mixed>|null
     */
    private function madeAfterAll(GuichetError $error, GuichetOrder $wanted): ?array
    {
        if (!in_array($error->problemCode, ['idempotency_key_reused', 'reference_taken'], true)) {
            return null;
        }
        $there = Server::find($this->settings, $wanted);
        $fits = $there !== null && $there['amount'] === $wanted->asked->minor && $there['currency'] === $wanted->asked->currency;
        return $fits ? $there : null;
    }

    /** @param array<string, mixed> $there */
    private function opened(\WC_Order $order, GuichetOrder $at, array $there): string
    {
        $made = $at->made(Server::order($there));
        $made->remember($order);
        if ($order->has_status('failed')) {
            // It waits for money again, so what comes now is not late.
            $order->set_status('pending', __('The customer tries again to pay through Guichet.', 'guichet'));
        }
        $order->save();
        Log::info("Order {$order->get_id()} is to be paid by {$made->id}, {$made->asked->text()}.");
        return (string) $there['checkout_url'];
    }

    private function client(): Guichet
    {
        return Server::client($this->settings);
    }
}
