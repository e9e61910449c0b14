# The hour as files and rules: make -f pipelines/hour.mk hour HOUR=2021/01/01/00
# Every file is complete or absent, so it may be stopped at any point and run again.
#
#   put.tsv  ->  load/TYPE.tsv, stamp/TYPE.tsv  ->  counts.tsv
#
# listing.tsv and split.tsv come before put.tsv, but are no targets: a listing is good for one reading
# only (what changes after it must be listed anew), so classify.sh makes all three in one step.
# -j N loads N types at once. Paths may hold blanks: quoted in recipes, escaped in names of targets.

RECIPES := $(shell dirname "$$(echo '$(MAKEFILE_LIST)' | sed 's/^ *//')")
override CONF := $(shell realpath -- '$(or $(CONF),$(RECIPES)/etl.conf)')
export CONF
override HOUR := $(or $(HOUR),$(shell date -u -d '1 hour ago' +%Y/%m/%d/%H))
VAR_DIR := $(shell . '$(CONF)' && printf %s "$$VAR")
$(if $(VAR_DIR),,$(error $(CONF): cannot be read, or sets no VAR))
DIR := $(VAR_DIR)/$(HOUR)
blank := $(subst x,,x x)
D := $(subst $(blank),\ ,$(DIR))

hour: count ## S3 to BigQuery, counted
classify: $(D)/put.tsv ## S3 to GCS
load: $(D)/put.tsv ## GCS to BigQuery, of a classified hour
	@$(MAKE) --no-print-directory -f '$(RECIPES)/hour.mk' stamps HOUR='$(HOUR)'
count: load ## the counts, from independent sources
	@'$(RECIPES)/count.sh' '$(HOUR)'
reload: ## the hour again, as S3 has it now
	@+'$(RECIPES)/reload.sh' '$(HOUR)'

$(D)/put.tsv:
	@'$(RECIPES)/classify.sh' '$(HOUR)'

# The types, as object names spell them: the name before the hour in each gs:// URL.
TYPES = $(shell cat '$(DIR)/put.tsv' 2>/dev/null | awk -F '\t' '{n = split($$3, p, "/"); print p[n - 5]}')

stamps: $(TYPES:%=$(D)/stamp/%.tsv)
	@:

$(D)/stamp/%.tsv: $(D)/put.tsv
	@'$(RECIPES)/load.sh' '$(HOUR)' '$*'

# What is there is complete, and may be another run's that went on while this one failed.
.PRECIOUS: $(D)/put.tsv $(D)/stamp/%.tsv
.PHONY: hour classify load count reload stamps
