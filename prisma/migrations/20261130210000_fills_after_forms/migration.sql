-- As before, but that a field whose forms are all gone once they have followed takes its fill too: where a server with older templates
-- removes "size", "size~2" was still there when fills were looked for, and went with it. And where nothing is written over something else,
-- as while objects get a new form, no form that has a value gets another one: older servers go on reading what they read.
create or replace function registry_in_step(inout document jsonb, inout refs jsonb, former jsonb, object uuid, creator text, rules jsonb, known jsonb default '{}')
  language plpgsql stable parallel safe
as $$
declare
  fill jsonb;
  family jsonb;
  changed jsonb;
  other jsonb;
  value jsonb;
  keys jsonb;
  looked_up jsonb;
  is_rekeyed boolean;
begin
  for pass in 1..2 loop
    for fill in select jsonb_array_elements(rules->'fills') loop
      continue when document ?| array(select jsonb_array_elements_text(fill->'attributes'));
      value := case fill->>'kind'
        when 'literal' then fill->'value'
        when 'creator' then to_jsonb(creator)
        else to_jsonb(md5(object::text || (fill->>'attribute'))::uuid)
      end;
      continue when value is null;
      document := document || jsonb_build_object(fill->>'attribute', value);
      if fill ? 'reference' then
        refs := refs || jsonb_build_object(fill->>'attribute', registry_reference_keys(value, fill->'reference'));
      end if;
    end loop;
    for family in select jsonb_array_elements(rules->'families') loop
      select form into changed
        from jsonb_array_elements(family) with ordinality as listed (form, place)
        where document->(form->>'attribute') is distinct from former->(form->>'attribute') order by place limit 1;
      continue when not found;
      value := document->(changed->>'attribute');
      for other in select form from jsonb_array_elements(family) as listed (form) where form <> changed loop
        -- Another storage of the same template: the same object, by another key.
        is_rekeyed := coalesce(changed->>'origin' = other->>'origin' and changed->>'stored' <> other->>'stored', false);
        continue when value is not null and not is_rekeyed and (
          former = '{}' and document ? (other->>'attribute')
          or registry_convert(registry_convertible(document->(other->>'attribute'), other, changed), changed->'form') = value);
        document := document - (other->>'attribute');
        refs := refs - (other->>'attribute');
        declare
          converted jsonb;
        begin
          looked_up := known->(changed->>'attribute')->(other->>'attribute');
          if looked_up is not null then
            refs := refs || jsonb_build_object(other->>'attribute', looked_up->'key');
            document := document || jsonb_build_object(other->>'attribute', looked_up->'value');
            continue;
          end if;
          if is_rekeyed then
            converted := registry_rekeyed_reference(refs->(changed->>'attribute'), changed->>'stored', other->>'stored', other->'form');
            if (other->'form'->>'list')::boolean <> (jsonb_typeof(converted) = 'array') then
              converted := case
                when jsonb_typeof(converted) <> 'array' then jsonb_build_array(converted)
                when jsonb_array_length(converted) = 1 then converted->0
              end;
            end if;
          else
            converted := registry_convert(registry_convertible(value, changed, other), other->'form');
          end if;
          continue when converted is null;
          if other->'form'->>'type' = 'reference' then
            keys := registry_reference_keys(converted, other->'form');
            continue when not registry_targets_exist(keys, other->>'target');
            refs := refs || jsonb_build_object(other->>'attribute', keys);
          end if;
          document := document || jsonb_build_object(other->>'attribute', converted);
        end;
      end loop;
    end loop;
    -- What is filled now, the other forms follow.
    former := document;
    exit when not exists (select from jsonb_array_elements(rules->'fills') as missing
                          where not document ?| array(select jsonb_array_elements_text(missing->'attributes')));
  end loop;
end
$$;
