//! The days of the people of a shop in a real browser: with and without JavaScript, in three languages, by day and by night.
