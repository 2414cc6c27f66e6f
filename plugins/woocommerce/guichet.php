<?php

/**
 * Plugin Name: Guichet for WooCommerce
 * Description: Customers pay through your own Guichet server: OCPay in Algeria, CinetPay and Novasend in West and Central Africa, and cash.
 * Version: 0.1.0
 * Requires at least: 6.1
 * Requires PHP: 8.1
 * Requires Plugins: woocommerce
 * Author: The Guichet authors
 * License: MIT OR Apache-2.0
 * Text Domain: guichet
 * Domain Path: /languages
 * WC requires at least: 7.9
 * WC tested up to: 11.0
 */

declare(strict_types=1);

defined('ABSPATH') || exit;

require_once __DIR__ . '/autoload.php';

Guichet\WooCommerce\Plugin::start(__FILE__);
