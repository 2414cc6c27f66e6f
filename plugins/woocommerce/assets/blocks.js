// The way to pay in WooCommerce's checkout of blocks. It is served as it stands here.
(function () {
    'use strict';

    const { registerPaymentMethod } = window.wc.wcBlocksRegistry;
    const { getSetting } = window.wc.wcSettings;
    const { createElement } = window.wp.element;
    const { decodeEntities } = window.wp.htmlEntities;

    const said = getSetting('guichet_data', {});
    const title = decodeEntities(said.title || 'Guichet');
    const Description = () => decodeEntities(said.description || '');

    registerPaymentMethod({
        name: 'guichet',
        label: createElement('span', null, title),
        ariaLabel: title,
        content: createElement(Description),
        edit: createElement(Description),
        canMakePayment: () => true,
        supports: { features: said.supports || ['products'] },
    });
})();
