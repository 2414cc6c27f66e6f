<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

use Guichet\GuichetError;

/** Records at Guichet what the shop pays back. Neither this plugin nor Guichet moves money: the note says what is left to do by hand. */
final class Refunds
{
    private const PATIENCE_S = 10;
    private const MOST_WORDS = 500;

    /**
     * Records a refund that WooCommerce has just written down.
     *
     * @return true|\WP_Error
     */
    public static function record(int $orderId, string|int|float|null $amount, string $reason): bool|\WP_Error
    {
        $lock = Lock::ofOrder($orderId, self::PATIENCE_S);
        if ($lock === null) {
            return new \WP_Error('busy', __('Somebody else works on this order just now; try again in a moment. Nothing was recorded.', 'guichet'));
        }
        try {
            $order = ShopOrders::fresh($orderId);
            $asked = $order === null ? null : self::paid($order);
            if ($asked === null) {
                return new \WP_Error('not_paid', __('No money came through Guichet for this order, so there is nothing to pay back.', 'guichet'));
            }
            return self::recordFor($order, $asked, $amount, $reason);
        } catch (Refusal $refusal) {
            return new \WP_Error('amount_not_exact', $refusal->getMessage());
        } catch (\Throwable $error) {
            Log::error("A refund of order $orderId was not recorded: " . Trouble::told($error));
            return new \WP_Error(Trouble::code($error), self::explain($error));
        } finally {
            $lock->release();
        }
    }

    private static function recordFor(\WC_Order $order, GuichetOrder $asked, string|int|float|null $amount, string $reason): bool|\WP_Error
    {
        $settings = Settings::read();
        $there = Server::find($settings, $asked);
        if ($there === null) {
            return new \WP_Error('not_found', __('Guichet does not know this order. Is the key in the settings the one that it was paid with (test or live)?', 'guichet'));
        }
        $refund = ['method' => self::method($there), 'reason' => mb_substr(trim($reason), 0, self::MOST_WORDS) ?: __('Refunded in the shop.', 'guichet')];
        if ($amount !== null) {
            $refund['amount'] = Amount::ofDecimal($amount, $asked->asked->currency)->minor;
        }
        // WooCommerce takes its refund away when this fails, so the same number comes again when somebody tries again.
        $key = "{$asked->idempotencyKey($order)}-refund-" . count($order->get_refunds()) . '-' . ($refund['amount'] ?? 'all');
        $known = array_column($there['refunds'], 'id');
        try {
            $there = Server::client($settings)->orders->recordRefund((string) $asked->id, $refund, $key);
        } catch (GuichetError $error) {
            // A try of before came through, with another reason; its answer was lost.
            $there = $error->problemCode === 'idempotency_key_reused' ? Server::find($settings, $asked) ?? throw $error : throw $error;
        }
        self::tell($order, $there, $known);
        return true;
    }

    /**
     * @param array<string, mixed> $there
     * @param list<string> $known What had been recorded before.
     */
    private static function tell(\WC_Order $order, array $there, array $known): void
    {
        foreach ($there['refunds'] as $refund) {
            if (!in_array($refund['id'], $known, true)) {
                RefundNotes::isOurs($order, $refund['id']);
                $amount = "{$refund['amount']['decimal']} {$refund['amount']['currency']}";
                $note = $refund['method'] === 'cash'
                    /* translators: 1: an amount, 2: an identifier */
                    ? __('Guichet recorded a refund of %1$s (%2$s). No money has moved: pay it back in cash. If you do not, withdraw the record in the back office of Guichet.', 'guichet')
                    /* translators: 1: an amount, 2: an identifier */
                    : __('Guichet recorded a refund of %1$s (%2$s). No money has moved: pay it back at the portal of the gateway. If you do not, withdraw the record in the back office of Guichet.', 'guichet');
                $order->add_order_note(sprintf($note, $amount, $refund['id']));
            }
        }
        $order->save();
    }

    /** The one whose money came. */
    private static function paid(\WC_Order $order): ?GuichetOrder
    {
        foreach (GuichetOrder::all($order) as $asked) {
            if ($asked->id !== null && $asked->id === $order->get_transaction_id()) {
                return $asked;
            }
        }
        return null;
    }

    /**
     * How it goes back, as far as that can be known: cash goes back as cash.
     *
     * @param array<string, mixed> $there
     */
    private static function method(array $there): string
    {
        foreach ($there['payments'] ?? [] as $payment) {
            if ($payment['status'] === 'paid') {
                return $payment['gateway'] === 'cash' ? 'cash' : 'gateway_portal';
            }
        }
        return 'gateway_portal';
    }

    private static function explain(\Throwable $error): string
    {
        return match (Trouble::code($error)) {
            'key_not_permitted' => __('Nothing was recorded: the API key in the settings may not record refunds (key_not_permitted). Use a whole key, or refund manually here and record it in the back office of Guichet.', 'guichet'),
            'no_answer' => __('Guichet did not answer (no_answer). It may have recorded the refund: try again with the same amount, and it is recorded once.', 'guichet'),
            /* translators: %s: what the server said */
            default => sprintf(__('Nothing was recorded. Guichet says: %s', 'guichet'), Trouble::told($error)),
        };
    }
}
