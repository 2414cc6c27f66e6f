<?php

declare(strict_types=1);

// The classes of this plugin, one a file.
spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Guichet\\WooCommerce\\')) {
        $file = __DIR__ . '/src/' . substr($class, strlen('Guichet\\WooCommerce\\')) . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});

// The client: beside this file in the zip, and in its own folder in Guichet's repository.
$guichetClient = is_file(__DIR__ . '/client/autoload.php') ? __DIR__ . '/client' : dirname(__DIR__, 2) . '/clients/php';
require_once $guichetClient . '/autoload.php';
