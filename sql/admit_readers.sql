-- Opens the views, new ones too, to the role warraq_reader; gives a sentence where there can be no such role.
select ops.admit_readers();
