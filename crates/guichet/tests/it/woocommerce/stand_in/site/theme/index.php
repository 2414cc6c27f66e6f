<?php

// A page of the site, which no test looks at.
echo 'A page.';
