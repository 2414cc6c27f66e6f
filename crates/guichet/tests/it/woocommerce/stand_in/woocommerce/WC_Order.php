<?php

declare(strict_types=1);

/** Money that went back. */
final class WC_Order_Refund
{
    public function __construct(public readonly int $id)
    {
    }
}

/** An order, in tables of its own. What was changed is written when it is saved, and nothing else. */
final class WC_Order
{
    private const FIELDS = ['status', 'total', 'currency', 'order_key', 'payment_method', 'transaction_id', 'date_created', 'date_paid', 'billing', 'items'];
    private const PAYABLE = ['on-hold', 'pending', 'failed', 'cancelled'];

    /** @var array<string, ?string> */
    private array $fields;
    /** @var array<string, mixed> */
    private array $meta;
    /** @var array<string, ?string> */
    private array $changedFields = [];
    /** @var array<string, mixed> */
    private array $changedMeta = [];
    /** @var list<array{from: string, to: string}> */
    private array $changes = [];

    public static function install(): void
    {
        global $wpdb;
        $fields = implode(', ', array_map(static fn (string $name): string => "$name TEXT NULL", self::FIELDS));
        $wpdb->query("CREATE TABLE {$wpdb->prefix}stand_in_orders (id BIGINT PRIMARY KEY AUTO_INCREMENT, $fields)");
        $wpdb->query("CREATE TABLE {$wpdb->prefix}stand_in_meta (order_id BIGINT, name VARCHAR(100), value LONGTEXT, PRIMARY KEY (order_id, name))");
        $wpdb->query("CREATE TABLE {$wpdb->prefix}stand_in_notes (id BIGINT PRIMARY KEY AUTO_INCREMENT, order_id BIGINT, note TEXT)");
        $wpdb->query("CREATE TABLE {$wpdb->prefix}stand_in_refunds (id BIGINT PRIMARY KEY AUTO_INCREMENT, order_id BIGINT, amount TEXT)");
    }

    /** @param array<string, mixed> $fields */
    public static function create(array $fields): self
    {
        global $wpdb;
        $given = ['status' => 'pending', 'order_key' => 'wc_order_' . bin2hex(random_bytes(6)), 'date_created' => (string) time(), 'billing' => '{}', 'items' => '[]'];
        $wpdb->insert("{$wpdb->prefix}stand_in_orders", $fields + $given);
        return new self($wpdb->insert_id);
    }

    /**
     * @param array<string, mixed> $asked
     * @return list<int>
     */
    public static function find(array $asked): array
    {
        global $wpdb;
        $states = array_map(static fn (string $status): string => "'" . esc_sql(substr($status, 3)) . "'", $asked['status']);
        $since = (int) substr((string) ($asked['date_created'] ?? '>0'), 1);
        return array_map('intval', $wpdb->get_col($wpdb->prepare(
            "SELECT id FROM {$wpdb->prefix}stand_in_orders WHERE payment_method = %s AND date_created > %d AND status IN (" . implode(',', $states)
            . ') ORDER BY id DESC LIMIT %d OFFSET %d',
            $asked['payment_method'],
            $since,
            $asked['limit'],
            $asked['limit'] * ($asked['paged'] - 1),
        )));
    }

    public function __construct(private readonly int $id)
    {
        global $wpdb;
        $row = $wpdb->get_row($wpdb->prepare("SELECT * FROM {$wpdb->prefix}stand_in_orders WHERE id = %d", $id), ARRAY_A);
        $this->fields = $row ?? throw new Exception('There is no such order.');
        $this->read_meta_data(true);
    }

    public function read_meta_data(bool $isForced = false): void
    {
        global $wpdb;
        $rows = $wpdb->get_results($wpdb->prepare("SELECT name, value FROM {$wpdb->prefix}stand_in_meta WHERE order_id = %d", $this->id), ARRAY_A);
        $this->meta = array_map('maybe_unserialize', array_column($rows, 'value', 'name'));
    }

    public function save(): int
    {
        global $wpdb;
        if ($this->changedFields !== []) {
            $wpdb->update("{$wpdb->prefix}stand_in_orders", $this->changedFields, ['id' => $this->id]);
        }
        foreach ($this->changedMeta as $name => $value) {
            $wpdb->replace("{$wpdb->prefix}stand_in_meta", ['order_id' => $this->id, 'name' => $name, 'value' => maybe_serialize($value)]);
        }
        [$changes, $this->changedFields, $this->changedMeta, $this->changes] = [$this->changes, [], [], []];
        foreach ($changes as $change) {
            do_action("woocommerce_order_status_{$change['to']}", $this->id, $this);
        }
        return $this->id;
    }

    private function set(string $name, ?string $value): void
    {
        $this->fields[$name] = $this->changedFields[$name] = $value;
    }

    public function get_id(): int
    {
        return $this->id;
    }

    public function get_order_number(): string
    {
        return (string) $this->id;
    }

    public function get_data_store(): WC_Data_Store
    {
        return new WC_Data_Store();
    }

    public function get_status(): string
    {
        return (string) $this->fields['status'];
    }

    /** @param string|list<string> $status */
    public function has_status(string|array $status): bool
    {
        return in_array($this->get_status(), (array) $status, true);
    }

    public function set_status(string $status, string|bool $note = ''): void
    {
        if ($status !== $this->get_status()) {
            $this->changes[] = ['from' => $this->get_status(), 'to' => $status];
            $this->set('status', $status);
        }
        if (is_string($note) && $note !== '') {
            $this->add_order_note($note);
        }
    }

    public function update_status(string $status, string $note = ''): bool
    {
        $this->set_status($status, $note);
        $this->save();
        return true;
    }

    public function get_total(): string
    {
        return (string) $this->fields['total'];
    }

    public function set_total(string $total): void
    {
        $this->set('total', $total);
    }

    public function get_currency(): string
    {
        return (string) $this->fields['currency'];
    }

    public function get_order_key(): string
    {
        return (string) $this->fields['order_key'];
    }

    public function get_payment_method(): string
    {
        return (string) $this->fields['payment_method'];
    }

    public function get_transaction_id(): string
    {
        return (string) $this->fields['transaction_id'];
    }

    public function set_transaction_id(string $id): void
    {
        $this->set('transaction_id', $id);
    }

    public function get_date_created(): ?DateTimeImmutable
    {
        return new DateTimeImmutable("@{$this->fields['date_created']}");
    }

    public function get_date_paid(): ?DateTimeImmutable
    {
        return $this->fields['date_paid'] === null ? null : new DateTimeImmutable("@{$this->fields['date_paid']}");
    }

    public function is_paid(): bool
    {
        return $this->has_status(['processing', 'completed']);
    }

    public function needs_payment(): bool
    {
        return $this->has_status(['pending', 'failed']) && trim($this->get_total(), '0.') !== '';
    }

    public function payment_complete(string $transactionId = ''): bool
    {
        do_action('woocommerce_pre_payment_complete', $this->id, $transactionId);
        if (!$this->has_status(self::PAYABLE)) {
            do_action("woocommerce_payment_complete_order_status_{$this->get_status()}", $this->id, $transactionId);
            return true;
        }
        $this->set_transaction_id($transactionId);
        $this->set('date_paid', (string) time());
        $this->set_status('processing');
        $this->save();
        do_action('woocommerce_payment_complete', $this->id, $transactionId);
        return true;
    }

    public function get_meta(string $name): mixed
    {
        return $this->meta[$name] ?? '';
    }

    public function update_meta_data(string $name, mixed $value): void
    {
        $this->meta[$name] = $this->changedMeta[$name] = $value;
    }

    public function add_order_note(string $note): int
    {
        global $wpdb;
        $wpdb->insert("{$wpdb->prefix}stand_in_notes", ['order_id' => $this->id, 'note' => $note]);
        return $wpdb->insert_id;
    }

    /** @return list<WC_Order_Item> */
    public function get_items(string|array $kinds = 'line_item'): array
    {
        return array_map(static fn (array $line): WC_Order_Item => new WC_Order_Item_Product($line), json_decode((string) $this->fields['items'], true));
    }

    /** @return list<WC_Order_Refund> */
    public function get_refunds(): array
    {
        global $wpdb;
        $ids = $wpdb->get_col($wpdb->prepare("SELECT id FROM {$wpdb->prefix}stand_in_refunds WHERE order_id = %d", $this->id));
        return array_map(static fn (string $id): WC_Order_Refund => new WC_Order_Refund((int) $id), $ids);
    }

    public function get_checkout_payment_url(): string
    {
        return home_url("/?pay-for-order={$this->id}");
    }

    public function get_checkout_order_received_url(): string
    {
        return home_url("/?order-received={$this->id}");
    }

    /** The getters of what the customer typed: get_billing_city() and such. */
    public function __call(string $name, array $arguments): string
    {
        $billing = json_decode((string) $this->fields['billing'], true);
        return str_starts_with($name, 'get_billing_') ? (string) ($billing[substr($name, 12)] ?? '') : throw new BadMethodCallException("An order has no $name here.");
    }
}
