<?php

// Makes the .mo files, which WordPress reads, of the .po files, which people write: php languages/make.php
// With --check it writes nothing, and exits with 1 when a text is not translated, or a .mo file is old.

declare(strict_types=1);

$isCheck = in_array('--check', $argv, true);
$wrong = [];
$used = usedTexts(dirname(__DIR__));
foreach (glob(__DIR__ . '/*.po') as $file) {
    $translated = translations((string) file_get_contents($file));
    $name = basename($file);
    foreach (array_diff($used, array_keys($translated)) as $text) {
        $wrong[] = "$name does not translate: $text";
    }
    foreach (array_diff(array_keys($translated), $used, ['']) as $text) {
        $wrong[] = "$name translates what nobody says: $text";
    }
    foreach ($translated as $text => $translation) {
        if (places($text) !== places($translation) && $text !== '') {
            $wrong[] = "$name has other places for values than: $text";
        }
    }
    $compiled = compiled($translated);
    $target = substr($file, 0, -2) . 'mo';
    if ($isCheck && (!is_file($target) || file_get_contents($target) !== $compiled)) {
        $wrong[] = basename($target) . ' is not what is made of ' . $name;
    } elseif (!$isCheck) {
        file_put_contents($target, $compiled);
    }
}
fwrite(STDERR, implode("\n", $wrong) . ($wrong === [] ? '' : "\n"));
exit($wrong === [] ? 0 : 1);

/** @return list<string> The texts that the plugin has translated. */
function usedTexts(string $folder): array
{
    $texts = [];
    foreach ([...glob("$folder/*.php"), ...glob("$folder/src/*.php")] as $file) {
        $tokens = array_values(array_filter(token_get_all((string) file_get_contents($file)), static fn ($token): bool => !is_array($token) || $token[0] !== T_WHITESPACE));
        foreach ($tokens as $at => $token) {
            $isCall = is_array($token) && in_array($token[1], ['__', 'esc_html__'], true) && ($tokens[$at + 1] ?? null) === '(';
            $text = $tokens[$at + 2] ?? null;
            if ($isCall && is_array($text) && $text[0] === T_CONSTANT_ENCAPSED_STRING) {
                $texts[] = stripslashes(substr($text[1], 1, -1));
            }
        }
    }
    return array_values(array_unique($texts));
}

/** @return array<string, string> What a .po file says, by what it translates; its heading by the empty text. */
function translations(string $po): array
{
    $said = [];
    preg_match_all('/^msgid ((?:"(?:[^"\\\\]|\\\\.)*"\s*)+)^msgstr ((?:"(?:[^"\\\\]|\\\\.)*"\s*)+)/m', $po, $entries, PREG_SET_ORDER);
    foreach ($entries as [, $text, $translation]) {
        $said[text($text)] = text($translation);
    }
    return $said;
}

/** A text that may stand on several lines, each in quotes. */
function text(string $quoted): string
{
    preg_match_all('/"((?:[^"\\\\]|\\\\.)*)"/', $quoted, $parts);
    return stripcslashes(implode('', $parts[1]));
}

/** @return list<string> The places for values in a text, sorted. */
function places(string $text): array
{
    preg_match_all('/%(?:\d\$)?[sd]/', $text, $places);
    sort($places[0]);
    return $places[0];
}

/**
 * A .mo file: a heading, the places of the texts in the order of their bytes, those of the translations, and all of them.
 *
 * @param array<string, string> $translated
 */
function compiled(array $translated): string
{
    ksort($translated, SORT_STRING);
    $count = count($translated);
    $at = 28 + 16 * $count;
    $tables = $bytes = '';
    foreach ([array_keys($translated), array_values($translated)] as $texts) {
        foreach ($texts as $text) {
            $text = (string) $text;
            $tables .= pack('VV', strlen($text), $at + strlen($bytes));
            $bytes .= "$text\0";
        }
    }
    return pack('V7', 0x950412de, 0, $count, 28, 28 + 8 * $count, 0, $at) . $tables . $bytes;
}
