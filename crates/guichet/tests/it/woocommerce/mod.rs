//! The plugin for WooCommerce (`plugins/woocommerce`) in a real WordPress, against a real server and the sandbox. WooCommerce itself is
//! played by a stand-in; `stand_in/README.md` says how far.

mod payments;
mod pieces;
mod settings;
mod shop;
mod site;
mod trouble;
