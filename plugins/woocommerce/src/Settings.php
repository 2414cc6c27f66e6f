<?php

declare(strict_types=1);

namespace Guichet\WooCommerce;

/** What the shop's owner has set. The two secrets are kept in an option of their own, which no list of settings shows. */
final class Settings
{
    /** Where WooCommerce keeps the settings of the gateway with the identifier `guichet`. */
    public const OPTION = 'woocommerce_guichet_settings';
    private const SECRETS = 'guichet_secrets';

    /** @param int $expiresInS How long an order waits for money, in seconds. */
    private function __construct(
        public readonly string $url,
        #[\SensitiveParameter] public readonly string $apiKey,
        #[\SensitiveParameter] public readonly string $webhookSecret,
        public readonly string $title,
        public readonly string $description,
        public readonly int $expiresInS,
    ) {
    }

    public static function read(): self
    {
        $said = (array) get_option(self::OPTION, []);
        $secrets = (array) get_option(self::SECRETS, []);
        return new self(
            (string) ($said['url'] ?? ''),
            (string) ($secrets['api_key'] ?? ''),
            (string) ($secrets['webhook_secret'] ?? ''),
            (string) ($said['title'] ?? SettingsFields::all()['title']['default']),
            (string) ($said['description'] ?? SettingsFields::all()['description']['default']),
            60 * (int) ($said['expires_minutes'] ?? SettingsFields::EXPIRES_MINUTES),
        );
    }

    /** @param 'api_key'|'webhook_secret' $name */
    public static function keepSecret(string $name, #[\SensitiveParameter] string $value): void
    {
        $secrets = (array) get_option(self::SECRETS, []);
        // Not loaded with every page of the site: few of them need it.
        update_option(self::SECRETS, [$name => $value] + $secrets, false);
    }

    /** Whether enough is set to open a payment. */
    public function isComplete(): bool
    {
        return $this->url !== '' && $this->apiKey !== '';
    }

    /** Whether the key is one for test money: nobody really pays. */
    public function isTest(): bool
    {
        return preg_match('/^[a-z]k_test_/', $this->apiKey) === 1;
    }

    /** Removes all that was set. */
    public static function forget(): void
    {
        delete_option(self::OPTION);
        delete_option(self::SECRETS);
    }
}
