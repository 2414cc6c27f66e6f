<?php

declare(strict_types=1);

// For a shop without Composer: require this file instead of vendor/autoload.php.
spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Guichet\\')) {
        $file = __DIR__ . '/src/' . strtr(substr($class, 8), '\\', '/') . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});
