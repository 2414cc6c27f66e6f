<?php

declare(strict_types=1);

defined('WP_UNINSTALL_PLUGIN') || exit;

// What was set goes. Orders keep what they know of their payments: the shop's books need it.
require_once __DIR__ . '/autoload.php';

Guichet\WooCommerce\Settings::forget();
Guichet\WooCommerce\ConnectionTest::forget();
Guichet\WooCommerce\Alarm::end();
Guichet\WooCommerce\Lock::forget();
