<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/**
 * Enters into a shop's order what Guichet knows of an order that was made for it. It is called under the order's lock, with the
 * order as the database has it, so what was entered once is not entered again.
 */
final class Booking
{
    private readonly string $id;

    /**
     * @param GuichetOrder $asked What was asked for.
     * @param array<string, mixed> $there What Guichet says.
     */
    public function __construct(
        private readonly \WC_Order $order,
        private readonly GuichetOrder $asked,
        private readonly array $there,
    ) {
        $this->id = (string) ($there['id'] ?? $asked->id);
    }

    public function enter(Verdict $verdict): void
    {
        if ($this->asked->id === null && $this->asked->is($this->there)) {
            $this->asked->made($this->there)->remember($this->order);
            $this->order->save();
        }
        match ($verdict) {
            Verdict::Paid => $this->paid(),
            Verdict::DoesNotFit => $this->doesNotFit(),
            Verdict::Held => $this->held(),
            Verdict::Waiting => $this->waiting(),
            Verdict::Expired => $this->closed('failed', __('Nobody paid in time (%s).', 'guichet')),
            Verdict::Cancelled => $this->closed('cancelled', __('It was cancelled at Guichet (%s).', 'guichet')),
        };
        (new RefundNotes($this->order, $this->there))->write();
    }

    private function paid(): void
    {
        $what = "paid:$this->id";
        // The number of the transaction is written with the payment: it tells even where the process ended right behind that.
        $isEntered = $this->order->get_date_paid() !== null && $this->order->get_transaction_id() === $this->id;
        if ($isEntered || Told::knows($this->order, $what)) {
            return;
        }
        if ($this->order->is_paid() || $this->order->get_date_paid() !== null || $this->order->has_status('refunded')) {
            Told::note($this->order, $what, sprintf(
                /* translators: 1: an amount, 2: an identifier */
                __('Money came twice: %1$s came through Guichet (%2$s) for an order that was paid already. Pay one of them back.', 'guichet'),
                $this->asked->asked->text(),
                $this->id,
            ));
            return;
        }
        if (!$this->isWhatIsOwedNow()) {
            $this->doesNotFit();
            return;
        }
        Told::add($this->order, $what);
        $isInTime = $this->order->has_status(['pending', 'on-hold']);
        if ($isInTime || ($this->order->has_status('failed') && !$this->hadStockHeld())) {
            $this->complete();
            return;
        }
        $this->order->set_transaction_id($this->id);
        $this->hold(sprintf(
            /* translators: 1: an amount, 2: the state of an order, 3: an identifier */
            __('%1$s came through Guichet after this order had become “%2$s” (%3$s), and its goods may be sold. See whether you can deliver: set the order to “Processing”, or pay the money back.', 'guichet'),
            $this->asked->asked->text(),
            wc_get_order_status_name($this->order->get_status()),
            $this->id,
        ));
    }

    private function complete(): void
    {
        $this->order->add_order_note($this->evidence());
        $isTaken = $this->order->payment_complete($this->id);
        if (!$isTaken || $this->order->get_date_paid() === null) {
            // Whoever told of it tells again, and then it is entered, or found to be entered.
            throw new \RuntimeException("WooCommerce did not take the payment of order {$this->order->get_id()}; its log says why.");
        }
        Log::info("Order {$this->order->get_id()} is paid by $this->id.");
    }

    /** How the money came, for the shop's people. */
    private function evidence(): string
    {
        $payment = current(array_filter($this->there['payments'] ?? [], static fn (array $payment): bool => $payment['status'] === 'paid'));
        /* translators: 1: an amount, 2: an identifier */
        $note = sprintf(__('Guichet saw %1$s at the gateway (%2$s).', 'guichet'), $this->asked->asked->text(), $this->id);
        if ($payment !== false) {
            /* translators: 1: the name of a gateway, 2: a reference */
            $note .= ' ' . sprintf(__('Gateway: %1$s, reference %2$s.', 'guichet'), $payment['gateway'], $payment['reference'] ?? '–');
        }
        return ($this->there['environment'] ?? '') === 'test' ? "$note " . __('It is test money: nobody paid.', 'guichet') : $note;
    }

    private function doesNotFit(): void
    {
        $seen = Amount::ofMinor((int) ($this->there['amount'] ?? 0), (string) ($this->there['currency'] ?? ''));
        $note = sprintf(
            /* translators: 1: an amount, 2: an amount, 3: an identifier */
            __('%1$s was paid through Guichet, and this order asks for %2$s (%3$s). Deal with the difference before you deliver.', 'guichet'),
            $seen->text(),
            "{$this->order->get_total()} {$this->order->get_currency()}",
            $this->id,
        );
        $this->hold($note, "differs:$this->id");
    }

    private function held(): void
    {
        $open = array_filter($this->there['held'] ?? [], static fn (array $held): bool => ($held['resolved_at'] ?? null) === null);
        foreach ($open as $held) {
            $seen = $held['seen']['decimal'] ?? null;
            $amount = $seen === null ? '' : " $seen {$held['seen']['currency']}";
            $note = sprintf(
                /* translators: 1: a word such as paid_late, 2: an amount or nothing, 3: an identifier */
                __('Money came that does not fit: %1$s%2$s (%3$s). It waits for your decision in the back office of Guichet.', 'guichet'),
                $held['kind'],
                $amount,
                $this->id,
            );
            $this->hold($note, "held:{$held['kind']}:{$held['payment']}");
        }
    }

    private function waiting(): void
    {
        foreach ($this->there['payments'] ?? [] as $payment) {
            if (in_array($payment['status'], ['failed', 'expired', 'cancelled'], true)) {
                Told::note($this->order, "failed:{$payment['id']}", sprintf(
                    /* translators: 1: the name of a gateway, 2: why, in one word, 3: an identifier */
                    __('A payment through %1$s came to nothing: %2$s (%3$s). The customer may try again.', 'guichet'),
                    $payment['gateway'],
                    $payment['failure']['code'] ?? $payment['status'],
                    $payment['id'],
                ));
            }
        }
    }

    /** @param string $note With a place for the identifier. */
    private function closed(string $status, string $note): void
    {
        // Only an order that waits for this money: one that was replaced, paid otherwise or put on hold is not touched.
        if ($this->order->has_status('pending') && GuichetOrder::current($this->order)?->number === $this->asked->number) {
            $this->order->update_status($status, sprintf($note, $this->id));
        }
    }

    /** Has a person look at the order: nothing is delivered until then. One that is paid stays what it is, and gets the note. */
    private function hold(string $note, ?string $what = null): void
    {
        if ($what !== null && Told::knows($this->order, $what)) {
            return;
        }
        if ($what !== null) {
            Told::add($this->order, $what);
        }
        Log::info("Order {$this->order->get_id()} needs somebody: $note");
        if ($this->order->has_status(['pending', 'failed', 'cancelled', 'checkout-draft'])) {
            $this->order->update_status('on-hold', $note);
        } else {
            $this->order->add_order_note($note);
            $this->order->save();
        }
    }

    /** Whether the order still asks for what this one was made for. */
    private function isWhatIsOwedNow(): bool
    {
        try {
            $owed = Amount::ofDecimal($this->order->get_total(), $this->order->get_currency());
        } catch (AmountNotExact) {
            return false;
        }
        return $this->asked->asked->equals($owed) && GuichetOrder::current($this->order)?->number === $this->asked->number;
    }

    /** Whether goods were kept for this order, which others may have bought since it failed. */
    private function hadStockHeld(): bool
    {
        foreach ($this->order->get_items() as $item) {
            $product = $item instanceof \WC_Order_Item_Product ? $item->get_product() : null;
            if ($product instanceof \WC_Product && $product->managing_stock()) {
                return true;
            }
        }
        return false;
    }
}
