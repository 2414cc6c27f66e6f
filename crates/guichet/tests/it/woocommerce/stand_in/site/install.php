<?php

// Installs the site: php install.php, with its environment and WORDPRESS, the folder of WordPress.

$_SERVER += ['HTTP_HOST' => '127.0.0.1', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
(new mysqli('localhost', 'root', '', '', 0, getenv('SITE_DATABASE')))->query('CREATE DATABASE wordpress');
define('WP_INSTALLING', true);
require getenv('WORDPRESS') . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
add_filter('pre_wp_mail', '__return_true');
wp_install('Shop', 'owner', 'owner@shop.example', false, '', 'a password');
foreach (['woocommerce/woocommerce.php', 'guichet/guichet.php'] as $plugin) {
    $error = activate_plugin($plugin);
    if (is_wp_error($error)) {
        exit($error->get_error_message());
    }
}
echo 'installed';
