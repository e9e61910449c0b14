# The hour as files and rules: make -f pipelines/hour.mk hour HOUR=2021/01/01/00
# Every file is complete or absent, so it may be stopped at any point and run again.
#
#   put.tsv  ->  load/TYPE.tsv, stamp/TYPE.tsv  ->  counts.tsv
#
# listing.tsv and split.tsv come before put.tsv, but are no targets: a listing is good for one reading
# only (what changes after it must be listed anew), so classify.sh makes all three in one step.
# -j N loads N types at once. Paths may hold blanks: quoted in recipes, escaped in names of targets.

# What others give is text: never expanded again (value), quoted for the shell. First, before any
# shell is started: make would expand it for its environment.
override HOUR := $(value HOUR)
override CONF := $(value CONF)
override TYPE := $(value TYPE)
override VAR := $(value VAR)
export CONF HOUR TYPE VAR
q = '$(subst ','\'',$(1))'
RECIPES := $(shell dirname "$$(echo $(call q,$(MAKEFILE_LIST)) | sed 's/^ *//')")
override CONF := $(shell realpath -- $(call q,$(or $(CONF),$(RECIPES)/etl.conf)))
override HOUR := $(or $(HOUR),$(shell date -u -d '1 hour ago' +%Y/%m/%d/%H))
VAR_DIR := $(shell $(if $(VAR),VAR=$(call q,$(VAR));) . $(call q,$(CONF)) && printf %s "$$VAR")
$(if $(VAR_DIR),,$(error $(CONF): cannot be read, or sets no VAR))
# An hour of another form names no file; the recipes say what is wrong with it.
digits = $(subst 1,0,$(subst 2,0,$(subst 3,0,$(subst 4,0,$(subst 5,0,$(call upper_digits,$(1)))))))
upper_digits = $(subst 6,0,$(subst 7,0,$(subst 8,0,$(subst 9,0,$(1)))))
DIR := $(VAR_DIR)/$(if $(filter-out 0000/00/00/00,$(call digits,$(HOUR))),none,$(HOUR))
blank := $(subst x,,x x)
D := $(subst $(blank),\ ,$(DIR))

hour: count ## S3 to BigQuery, counted
classify: $(D)/put.tsv ## S3 to GCS
load: $(D)/put.tsv ## GCS to BigQuery, of a classified hour
	@$(MAKE) --no-print-directory -k -f $(call q,$(RECIPES)/hour.mk) stamps # one type stops no other
count: load ## the counts, from independent sources
	@$(call q,$(RECIPES)/count.sh) "$$HOUR"
reload: ## the hour again, as S3 has it now
	@+$(call q,$(RECIPES)/reload.sh) "$$HOUR"
schemas: ## a first schema of each type of the hour that has none
	@$(call q,$(RECIPES)/schemas.sh) "$$HOUR"
schema-check: ## whether the hour, as S3 has it, fits the schemas
	@$(call q,$(RECIPES)/schema-check.sh) "$$HOUR"
refit: ## one TYPE of a classified hour again, through its schema as it is now
	@+$(call q,$(RECIPES)/refit.sh) "$$HOUR" "$$TYPE"

$(D)/put.tsv:
	@$(call q,$(RECIPES)/classify.sh) "$$HOUR"

# The types, as object names spell them: the name before the hour in each gs:// URL.
TYPES = $(shell cat $(call q,$(DIR)/put.tsv) 2>/dev/null | awk -F '\t' '$$1 != "_rejected" {n = split($$3, p, "/"); if (!seen[p[n - 5]]++) print p[n - 5]}')

stamps: $(TYPES:%=$(D)/stamp/%.tsv)
	@:

$(D)/stamp/%.tsv: $(D)/put.tsv
	@$(call q,$(RECIPES)/load.sh) "$$HOUR" $(call q,$*)

# What is there is complete, and may be another run's that went on while this one failed.
.PRECIOUS: $(D)/put.tsv $(D)/stamp/%.tsv
.PHONY: hour classify load count reload refit schemas schema-check stamps
