<?php

declare(strict_types=1);

/** The page of all settings, as far as it shows what was wrong with one. */
final class WC_Admin_Settings
{
    /** @var list<string> */
    public static array $errors = [];

    public static function add_error(string $text): void
    {
        self::$errors[] = $text;
    }
}

/** Settings with a page: read, shown and saved field by field. */
abstract class WC_Settings_API
{
    public $id = '';
    public $form_fields = [];
    public $settings = [];
    private array $errors = [];

    public function init_settings(): void
    {
        $defaults = array_map(static fn (array $field): mixed => $field['default'] ?? '', $this->form_fields);
        $this->settings = (array) get_option("woocommerce_{$this->id}_settings", []) + $defaults;
    }

    public function get_option(string $key): mixed
    {
        return $this->settings[$key] ?? '';
    }

    public function get_field_key(string $key): string
    {
        return "woocommerce_{$this->id}_$key";
    }

    public function process_admin_options()
    {
        $this->init_settings();
        foreach ($this->form_fields as $key => $field) {
            $typed = $_POST[$this->get_field_key($key)] ?? null;
            $check = "validate_{$key}_field";
            try {
                $this->settings[$key] = match (true) {
                    method_exists($this, $check) => $this->$check($key, $typed),
                    $field['type'] === 'checkbox' => $typed === null ? 'no' : 'yes',
                    default => wp_kses_post(trim(stripslashes((string) $typed))),
                };
            } catch (Exception $error) {
                $this->errors[] = $error->getMessage();
            }
        }
        return update_option("woocommerce_{$this->id}_settings", $this->settings);
    }

    /** @return list<string> */
    public function get_errors(): array
    {
        return $this->errors;
    }

    public function admin_options()
    {
        echo '<table>';
        foreach ($this->form_fields as $key => $field) {
            $show = "generate_{$field['type']}_html";
            echo method_exists($this, $show) ? $this->$show($key, $field) : sprintf('<tr><th>%s</th><td><input name="%s" value="%s"></td></tr>', esc_html($field['title']), esc_attr($this->get_field_key($key)), esc_attr((string) $this->get_option($key)));
        }
        echo '</table>';
    }
}
