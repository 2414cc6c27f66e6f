<?php

declare(strict_types=1);

/** What is behind an order: nothing that keeps copies. */
final class WC_Data_Store
{
    public function has_callable(string $method): bool
    {
        return false;
    }
}
