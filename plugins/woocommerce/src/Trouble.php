<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

use Guichet\ConnectionFailed;
use Guichet\GuichetError;

/** What went wrong with a call to Guichet: for the log and the shop's people with all that is known, for the customer in a sentence. */
final class Trouble
{
    /** The stable code: Guichet's own, or `no_answer`. */
    public static function code(\Throwable $error): string
    {
        return match (true) {
            $error instanceof GuichetError => $error->problemCode,
            $error instanceof ConnectionFailed => 'no_answer',
            default => 'unexpected',
        };
    }

    /** The code, what was wrong, and where. */
    public static function told(\Throwable $error): string
    {
        $where = '';
        if ($error instanceof GuichetError) {
            $where = $error->field === null ? '' : " (field {$error->field})";
            $where .= $error->requestId === null ? '' : " [request {$error->requestId}]";
        }
        return self::code($error) . ": {$error->getMessage()}$where";
    }

    /** What the customer is told: what they can do, and the code that the shop's people need. */
    public static function forCustomer(\Throwable $error): string
    {
        $code = self::code($error);
        return match ($code) {
            'no_answer', 'overloaded', 'storage_unavailable', 'internal_error', 'server_is_quiet', 'idempotency_in_progress', 'too_many_calls' => sprintf(
                /* translators: %s: a code in one word */
                __('The payment page cannot be reached at this moment. Nothing was charged, and your order is kept: please try again in a few minutes. (%s)', 'guichet'),
                $code,
            ),
            'payment_undecided', 'payment_in_progress', 'payment_open' => sprintf(
                /* translators: %s: a code in one word */
                __('A payment for this order may be on its way. So that you do not pay twice, please wait until it is decided. (%s)', 'guichet'),
                $code,
            ),
            'amount_out_of_range', 'amount_not_whole', 'amount_not_multiple', 'currency_not_supported' => sprintf(
                /* translators: %s: a code in one word */
                __('This total cannot be paid in this way. Please choose another one, or ask the shop. (%s)', 'guichet'),
                $code,
            ),
            default => sprintf(
                /* translators: %s: a code in one word */
                __('The payment could not be opened. Nothing was charged. Please tell the shop this word: %s', 'guichet'),
                $code,
            ),
        };
    }
}
