<?php

declare(strict_types=1);

namespace Automattic\WooCommerce\Utilities {
    /** Who said that they get along with what. */
    final class FeaturesUtil
    {
        /** @var array<string, bool> */
        public static array $declared = [];

        public static function declare_compatibility(string $feature, string $file, bool $is = true): void
        {
            self::$declared[$feature] = $is;
        }
    }
}

namespace Automattic\WooCommerce\Blocks\Payments\Integrations {
    /** A way to pay in a checkout of blocks. */
    abstract class AbstractPaymentMethodType
    {
        /** @var string */
        protected $name = '';
        /** @var array<string, mixed> */
        protected $settings = [];

        abstract public function initialize();

        abstract public function is_active();

        abstract public function get_payment_method_script_handles();

        public function get_name()
        {
            return $this->name;
        }
    }
}

namespace Automattic\WooCommerce\Blocks\Payments {
    use Automattic\WooCommerce\Blocks\Payments\Integrations\AbstractPaymentMethodType;

    /** All of them. */
    final class PaymentMethodRegistry
    {
        /** @var array<string, AbstractPaymentMethodType> */
        public array $all = [];

        public function register(AbstractPaymentMethodType $one): bool
        {
            $this->all[$one->get_name()] = $one;
            return true;
        }
    }
}
