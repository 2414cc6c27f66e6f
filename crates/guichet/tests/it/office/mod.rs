//! The back office over real sockets: who comes in and how, who may do what, and the days of the people who work in it.

mod customers;
mod days;
mod doors;
mod exports;
mod matrix;
mod operator;
mod shop;
mod walks;
