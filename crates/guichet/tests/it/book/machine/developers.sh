# What holds before the first block of a chapter for developers: the program and the files of Guichet, and what the registries of npm and PyPI
# would send, kept beside the tests.
cd ~
rm -r /etc/guichet /var/lib/guichet
export npm_config_cache=/opt/test-tools/npm-cache npm_config_offline=true npm_config_audit=false npm_config_fund=false
export npm_config_update_notifier=false PIP_NO_INDEX=1 PIP_FIND_LINKS=/opt/test-tools/wheels PIP_DISABLE_PIP_VERSION_CHECK=1
