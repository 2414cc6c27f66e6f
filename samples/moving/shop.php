<?php

// What a shop says to CinetPay, as its guide has it: php shop.php pay|check TRANSACTION

declare(strict_types=1);

const CINETPAY = 'https://api-checkout.cinetpay.com/v2';

function cinetpay(string $call, array $body): array
{
    $body += ['apikey' => getenv('CINETPAY_APIKEY'), 'site_id' => getenv('CINETPAY_SITE_ID')];
    $options = ['method' => 'POST', 'header' => 'content-type: application/json', 'content' => json_encode($body), 'ignore_errors' => true];
    return json_decode(file_get_contents(CINETPAY . $call, false, stream_context_create(['http' => $options])), true);
}

[, $task, $transaction] = $argv;
if ($task === 'pay') {
    $answer = cinetpay('/payment', [
        'transaction_id' => $transaction,
        'amount' => 2500,
        'currency' => 'XOF',
        'description' => 'Attieke, 1 kg',
        'channels' => 'MOBILE_MONEY',
        'notify_url' => 'https://shop.example/notify',
        'return_url' => 'https://shop.example/merci',
    ]);
    echo $answer['data']['payment_url'] ?? $answer['description'], "\n";
} else {
    $answer = cinetpay('/payment/check', ['transaction_id' => $transaction]);
    echo $answer['code'] === '00' && $answer['data']['status'] === 'ACCEPTED' ? "paid\n" : "not paid: {$answer['message']}\n";
}
